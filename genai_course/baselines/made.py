"""A masked autoregressive network (MADE): one pass gives all conditionals of the chain rule."""

import torch
from torch import nn
from torch.nn import functional as F

from genai_course.ranges import check_images


def autoregressive_masks(
    num_inputs: int, num_hidden: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Who may see whom, so that output d depends on the inputs before d only.

    Hidden unit k has a degree m(k), spread evenly from 1 to num_inputs - 1. It sees the inputs
    1 to m(k), and output d sees the hidden units with m(k) < d.

    Args:
        num_inputs: Pixels of an image, at least 2.
        num_hidden: Hidden units.

    Returns:
        Three boolean masks (to, from): into the hidden layer, (num_hidden, num_inputs); out of it,
        (num_inputs, num_hidden); and straight from input to output, (num_inputs, num_inputs).

    Source:
        Germain, Gregor, Murray and Larochelle (2015), arXiv:1502.03509.
    Shown in: notebooks/01_generative_models.ipynb.
    """
    place = torch.arange(1, num_inputs + 1)  # numbered from 1
    degree = torch.linspace(1, num_inputs - 1, num_hidden).round()
    into_hidden = degree[:, None] >= place
    out_of_hidden = place[:, None] > degree
    straight = place[:, None] > place
    return into_hidden, out_of_hidden, straight


class MaskedLinear(nn.Linear):
    """A linear layer in which the connections with mask 0 do not exist.

    Args:
        mask: Shape (outputs, inputs), like the weight.

    Shown in: notebooks/01_generative_models.ipynb.
    """

    def __init__(self, mask: torch.Tensor) -> None:
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask.float())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight * self.mask, self.bias)  # type: ignore[operator]


class MADE(nn.Module):
    """Masked autoencoder: binary images x to the logits of p(x_d = 1 | the pixels before d).

    One hidden layer, and direct connections from pixel to pixel. Pixels are ordered as they are
    read, row by row. The log-likelihood is exact; `draw_pixel_by_pixel` samples.

    Args:
        num_inputs: Pixels of an image.
        num_hidden: Hidden units.

    Source:
        Germain, Gregor, Murray and Larochelle (2015), arXiv:1502.03509.
    Shown in: notebooks/01_generative_models.ipynb.
    """

    def __init__(self, num_inputs: int = 784, num_hidden: int = 500) -> None:
        super().__init__()
        into_hidden, out_of_hidden, straight = autoregressive_masks(num_inputs, num_hidden)
        self.into_hidden = MaskedLinear(into_hidden)
        self.out_of_hidden = MaskedLinear(out_of_hidden)
        self.straight = MaskedLinear(straight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.flatten(1)  # (N, num_inputs)
        h = torch.relu(self.into_hidden(x))  # (N, num_hidden)
        return self.out_of_hidden(h) + self.straight(x)  # (N, num_inputs)

    def log_likelihood(self, x: torch.Tensor) -> torch.Tensor:
        """Log probability of binary images x (N, ...): exact, nats, shape (N,).

        Raises:
            ValueError: If x are not images in [0, 1].
        """
        check_images(x, often=True)
        loss = F.binary_cross_entropy_with_logits(self(x), x.flatten(1), reduction="none")
        return -loss.sum(dim=1)


@torch.no_grad()
def draw_pixel_by_pixel(made: MADE, num_images: int) -> torch.Tensor:
    """Draw binary vectors from a `MADE`, one pixel after the other.

    A pixel that has just been drawn adds one column to the hidden layer; the rest of the network
    need not be computed again.

    Args:
        made: A `MADE`.
        num_images: How many.

    Returns:
        Zeros and ones, shape (num_images, num_inputs).

    Shown in: notebooks/01_generative_models.ipynb.
    """
    layers = (made.into_hidden, made.out_of_hidden, made.straight)
    columns, rows, straight = (layer.weight * layer.mask for layer in layers)  # type: ignore[operator]
    bias = made.out_of_hidden.bias + made.straight.bias
    h = made.into_hidden.bias.repeat(num_images, 1)  # before the ReLU
    x = h.new_zeros(num_images, len(rows))
    for d in range(len(rows)):
        logit = torch.relu(h) @ rows[d] + x @ straight[d] + bias[d]
        x[:, d] = torch.bernoulli(torch.sigmoid(logit))
        h.addr_(x[:, d], columns[:, d])  # h + x_d times the column of pixel d
    return x
