"""The simplest generator of images: every pixel by itself, with the right mean."""

import torch

from genai_course.ranges import check_images


class IndependentPixels:
    """Binary pixels, each white with its own probability, none knowing of the others.

    The maximum-likelihood probability is the mean of the pixel over the training images. One
    more white and one more black image are counted, else a pixel that was never white in training
    would make any image impossible in which it is.

    Args:
        images: Those to fit, shape (N, 1, 28, 28), in [0, 1].

    Raises:
        ValueError: If images are not in [0, 1].

    Attributes:
        chance: Probability of white of each pixel, shape (1, 28, 28), above 0 and below 1.

    Shown in: notebooks/01_generative_models.ipynb.
    """

    def __init__(self, images: torch.Tensor) -> None:
        check_images(images, wanted="(N, C, H, W)")
        self.chance = (images.sum(dim=0) + 1) / (len(images) + 2)

    def log_likelihood(self, x: torch.Tensor) -> torch.Tensor:
        """Log probability of binary images x (N, 1, 28, 28): nats, shape (N,).

        Raises:
            ValueError: If x are not images (N, C, H, W) in [0, 1].
        """
        check_images(x, wanted="(N, C, H, W)")
        log_pixel = x * self.chance.log() + (1 - x) * (-self.chance).log1p()
        return log_pixel.flatten(1).sum(dim=1)

    def sample(self, num_images: int) -> torch.Tensor:
        """Draw binary images, shape (num_images, 1, 28, 28)."""
        return torch.bernoulli(self.chance.expand(num_images, *self.chance.shape))
