"""Completing an image: the upper half is the condition, the lower half is what is drawn."""

import torch

from genai_course.conditional.networks import ConditionalVAE
from genai_course.ranges import check_images


def split_halves(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Cut images (N, 1, H, W) into a condition, (N, H/2 * W), and lower halves, (N, 1, H/2, W).

    The upper half comes flat, ready to be put beside other inputs. A half row goes to the lower.

    Args:
        images: Shape (N, 1, H, W), in [0, 1].

    Returns:
        The condition, shape (N, H/2 * W), and the lower halves, shape (N, 1, H/2, W).

    Raises:
        ValueError: If images are not in [0, 1].

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    check_images(images, wanted="(N, 1, H, W)")
    middle = images.shape[2] // 2
    return images[:, :, :middle].flatten(1), images[:, :, middle:]


@torch.no_grad()
def complete(vae: ConditionalVAE, images: torch.Tensor, num_completions: int) -> torch.Tensor:
    """Keep the upper half of each image and draw its lower half anew, several times.

    Args:
        vae: A conditional VAE of lower halves given upper halves: has `latent_dim` and `decode`.
        images: Images of which only the upper half is read, shape (N, 1, H, W).
        num_completions: Draws for each image, each with a z of its own.

    Returns:
        Whole images, shape (N, num_completions, 1, H, W); lower pixels are probabilities of white.

    Raises:
        ValueError: If images are not in [0, 1].

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    upper, _ = split_halves(images)
    repeated = upper.repeat_interleave(num_completions, dim=0)  # each image's copies in a row
    z = torch.randn(len(repeated), vae.latent_dim, device=images.device)
    lower = vae.decode(z, repeated).sigmoid()
    kept = images[:, :, : images.shape[2] // 2].repeat_interleave(num_completions, dim=0)
    return torch.cat((kept, lower), dim=2).unflatten(0, (len(images), num_completions))
