"""Three ways to tell a discriminator the label: as planes, as a learned plane, by an inner product.

All score the pair (image, label), a logit each. The body is the spectrally normalised
discriminator of notebook 05, so they differ only in where the label comes in.
"""

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from genai_course.conditional.networks import one_hot
from genai_course.gan.convolutional import ConvDiscriminator


class ConcatenationDiscriminator(nn.Module):
    """The label as one plane a class beside the image, all 1 for the label, all 0 for the others.

    Args:
        width: As in `ConvDiscriminator`.
        num_classes: Number of labels.

    Source:
        Mirza and Osindero (2014), arXiv:1411.1784.
    Shown in: notebooks/12_conditional_generation.ipynb.
    """

    def __init__(self, width: int = 16, num_classes: int = 10) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.body = ConvDiscriminator(width, channels=1 + num_classes, spectral=True)

    def forward(self, images_signed: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Map images_signed (N, 1, 28, 28) in [-1, 1] and labels (N,) to logits (N, 1)."""
        planes = one_hot(labels, self.num_classes)[:, :, None, None].expand(-1, -1, 28, 28)
        return self.body(torch.cat((images_signed, planes), dim=1))


class EmbeddingDiscriminator(nn.Module):
    """The label as one learned picture beside the image.

    Args:
        width: As in `ConvDiscriminator`.
        num_classes: Number of labels.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """

    def __init__(self, width: int = 16, num_classes: int = 10) -> None:
        super().__init__()
        self.embedding = nn.Embedding(num_classes, 28 * 28)
        self.body = ConvDiscriminator(width, channels=2, spectral=True)

    def forward(self, images_signed: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Map images_signed (N, 1, 28, 28) in [-1, 1] and labels (N,) to logits (N, 1)."""
        picture = self.embedding(labels).view(-1, 1, 28, 28)
        return self.body(torch.cat((images_signed, picture), dim=1))


class ProjectionDiscriminator(nn.Module):
    """The label as a vector v_y: the logit is v_y . phi(x) + psi(phi(x)).

    Args:
        width: As in `ConvDiscriminator`.
        num_classes: Number of labels.

    Source:
        Miyato and Koyama (2018), arXiv:1802.05637.
    Shown in: notebooks/12_conditional_generation.ipynb.
    """

    def __init__(self, width: int = 16, num_classes: int = 10) -> None:
        super().__init__()
        self.body = ConvDiscriminator(width, spectral=True)
        self.embedding = spectral_norm(nn.Embedding(num_classes, 4 * width * 9))

    def forward(self, images_signed: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Map images_signed (N, 1, 28, 28) in [-1, 1] and labels (N,) to logits (N, 1)."""
        phi = self.body.features(images_signed)  # (N, 36 width)
        agreement = (self.embedding(labels) * phi).sum(dim=1, keepdim=True)
        return self.body.to_logits(phi) + agreement
