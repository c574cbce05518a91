"""Binary images drawn from grey ones: a pixel's value is its probability of being white."""

import torch


def binarise(images, generator=None):
    """Draw binary images, each pixel white with its grey value as probability.

    Called anew for every batch this is dynamic binarisation: a grey image is never seen twice as
    the same binary one. Called once, with a seeded generator, it makes a fixed test set.

    Args:
        images: Grey images in [0, 1], any shape.
        generator: Optional torch.Generator on the device of the images.

    Returns:
        Zeros and ones, same shape and dtype as images.

    Raises:
        ValueError: If a value is not in [0, 1].

    Source:
        Burda, Grosse and Salakhutdinov (2016), arXiv:1509.00519, Section 5.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    if not (images.min() >= 0 and images.max() <= 1):
        raise ValueError("grey values must be in [0, 1] to be probabilities")
    return torch.bernoulli(images, generator=generator)
