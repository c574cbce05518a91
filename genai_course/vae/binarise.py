"""Binary images drawn from grey ones: a pixel's value is its probability of being white."""

import torch

from genai_course.ranges import check_images


def binarise(images: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
    """Draw binary images, each pixel white with its grey value as probability.

    Called anew for every batch this is dynamic binarisation: a grey image is never seen twice as
    the same binary one. Called once, with a seeded generator, it makes a fixed test set.

    Args:
        images: Grey images in [0, 1], any shape.
        generator: Optional torch.Generator on the device of the images.

    Returns:
        Zeros and ones, same shape and dtype as images.

    Raises:
        ValueError: If images are not floating-point numbers in [0, 1], or there are none.

    Source:
        Burda, Grosse and Salakhutdinov (2016), arXiv:1509.00519, Section 5.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    check_images(images, often=True)
    return torch.bernoulli(images, generator=generator)
