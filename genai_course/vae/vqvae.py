"""A VQ-VAE for 28 x 28 images: the code is a 7 x 7 grid of entries of one codebook."""

import torch
from torch import Tensor, nn

from genai_course.layers import ResidualBlock
from genai_course.ranges import check_images
from genai_course.vae.codebook import Codebook, perplexity
from genai_course.vae.losses import reconstruction_loss
from genai_course.vae.quantised import codebook_loss, quantise


class VQVAE(nn.Module):
    """Encoder, nearest entries, decoder: x (N, 1, 28, 28) to (logits, z_e, index).

    z_e (49 N, code_dim) is what the encoder returned, row by row of the grid; index (49 N,) says
    which entry replaced each vector.

    Args:
        codebook: A Codebook.
        width: Channels at 14 x 14; there are twice as many at 7 x 7.

    Source:
        van den Oord, Vinyals and Kavukcuoglu (2017), arXiv:1711.00937, Section 3.
    Shown in: notebooks/13_latent_codes.ipynb.
    """

    def __init__(self, codebook: Codebook, width: int = 16) -> None:
        super().__init__()
        code_dim = codebook.entries.shape[1]
        self.codebook = codebook
        self.encoder = nn.Sequential(
            nn.Conv2d(1, width, kernel_size=4, stride=2, padding=1),  # 28 x 28 to 14 x 14
            nn.SiLU(),
            nn.Conv2d(width, 2 * width, kernel_size=4, stride=2, padding=1),  # to 7 x 7
            ResidualBlock(2 * width),
            nn.SiLU(),
            nn.Conv2d(2 * width, code_dim, kernel_size=1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(code_dim, 2 * width, kernel_size=1),
            ResidualBlock(2 * width),
            nn.SiLU(),
            nn.ConvTranspose2d(2 * width, width, kernel_size=4, stride=2, padding=1),  # to 14 x 14
            nn.SiLU(),
            nn.ConvTranspose2d(width, 1, kernel_size=4, stride=2, padding=1),  # to 28 x 28
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        grid = self.encoder(x).movedim(1, -1)  # (N, 7, 7, code_dim)
        z_e = grid.flatten(0, 2)
        z_q, index = quantise(z_e, self.codebook.entries)
        return self.decoder(z_q.view(grid.shape).movedim(-1, 1)), z_e, index


def vqvae_step(
    vqvae: VQVAE, optimizer: torch.optim.Optimizer, x: torch.Tensor, commitment: float = 0.25
) -> dict[str, torch.Tensor]:
    """Do one gradient step on distortion and codebook loss, then update the codebook.

    Args:
        vqvae: A VQVAE.
        optimizer: Optimiser of the parameters of `vqvae`.
        x: Images in [0, 1], shape (N, 1, 28, 28).
        commitment: Weight of the pull of the entries on the encoder.

    Returns:
        Dict of 0-d tensors without graph: "distortion", nats per image, and the "perplexity" of
        the codes of the batch.

    Raises:
        ValueError: If x are not images in [0, 1].

    Source:
        van den Oord, Vinyals and Kavukcuoglu (2017), arXiv:1711.00937, equation 3.
    Shown in: notebooks/13_latent_codes.ipynb.
    """
    logits, z_e, index = vqvae(check_images(x, often=True, wanted="(N, 1, 28, 28)"))
    entries = vqvae.codebook.entries
    distortion = reconstruction_loss(logits, x).mean()
    pull = codebook_loss(z_e, entries, index, commitment).sum() / len(x)  # of an image, 49 codes
    optimizer.zero_grad()
    (distortion + pull).backward()
    optimizer.step()
    vqvae.codebook.update(z_e.detach(), index)
    return {"distortion": distortion.detach(), "perplexity": perplexity(index, len(entries))}


@torch.no_grad()
def images_to_indices(vqvae: VQVAE, images: torch.Tensor) -> torch.Tensor:
    """Write each image as a grid of numbers: the entries that its code consists of.

    Args:
        vqvae: A trained VQVAE.
        images: In [0, 1], shape (N, 1, 28, 28).

    Returns:
        Integers in 0..num_codes - 1, shape (N, 7, 7).

    Raises:
        ValueError: If the images have another shape or range.

    Shown in: notebooks/13_latent_codes.ipynb.
    """
    check_images(images, wanted="(N, 1, 28, 28)")
    grids = [vqvae(part)[2].view(-1, 7, 7) for part in images.split(500)]
    return torch.cat(grids)


@torch.no_grad()
def indices_to_logits(vqvae: VQVAE, index: torch.Tensor) -> torch.Tensor:
    """Decode grids of entries, from images or from a prior, to pixel logits.

    Args:
        vqvae: A trained VQVAE.
        index: Integers in 0..num_codes - 1, shape (N, 7, 7).

    Returns:
        Logits, shape (N, 1, 28, 28).

    Raises:
        ValueError: If index has another shape.

    Shown in: notebooks/13_latent_codes.ipynb.
    """
    if index.ndim != 3 or index.shape[1:] != (7, 7):
        raise ValueError(f"index has shape {tuple(index.shape)}, wanted (N, 7, 7)")
    entries = vqvae.codebook.entries
    logits = [vqvae.decoder(entries[part].movedim(-1, 1)) for part in index.split(500)]
    return torch.cat(logits)
