"""One Gaussian for all images, in the space of their main directions."""

import torch

from genai_course.divergences import log_normal
from genai_course.ranges import check_images


class GaussianInPCA:
    """A Gaussian with the mean and the covariance of the images, cut to their main directions.

    An image is described by its coordinates along the `num_directions` eigenvectors of the
    covariance with the largest eigenvalues. There the maximum-likelihood Gaussian has independent
    coordinates, with the eigenvalues for variances.

    Args:
        images: Those to fit, shape (N, 1, 28, 28), in [0, 1].
        num_directions: Directions that are kept, D.

    Raises:
        ValueError: If images are not in [0, 1].

    Attributes:
        mean: Mean image, flat, shape (784,).
        axes: Directions, orthonormal columns, shape (784, num_directions), largest first.
        variances: Shape (num_directions,).

    Shown in: notebooks/01_generative_models.ipynb.
    """

    def __init__(self, images: torch.Tensor, num_directions: int = 50) -> None:
        check_images(images)
        self.shape, flat = images.shape[1:], images.flatten(1)
        values, vectors = torch.linalg.eigh(torch.cov(flat.T, correction=0).double())  # ascending
        self.mean = flat.mean(dim=0)
        self.axes = vectors[:, -num_directions:].flip(1).float()
        self.variances = values[-num_directions:].flip(0).float()

    def project(self, images: torch.Tensor) -> torch.Tensor:
        """Coordinates of images along the directions, shape (N, num_directions).

        Raises:
            ValueError: If images are not in [0, 1].
        """
        return (check_images(images).flatten(1) - self.mean) @ self.axes

    def lift(self, codes: torch.Tensor) -> torch.Tensor:
        """Images with the coordinates codes (N, num_directions), pixels clamped to [0, 1]."""
        return (self.mean + codes @ self.axes.T).clamp(0, 1).unflatten(1, self.shape)

    def log_density(self, images: torch.Tensor) -> torch.Tensor:
        """Log density of the coordinates of images, not of the images: nats, shape (N,)."""
        return log_normal(self.project(images), 0.0, self.variances.sqrt()).sum(dim=1)

    def sample(self, num_images: int) -> torch.Tensor:
        """Draw images, shape (num_images, 1, 28, 28), in [0, 1]."""
        noise = torch.randn(num_images, len(self.variances), device=self.mean.device)
        return self.lift(noise * self.variances.sqrt())
