"""Many Gaussians in the space of main directions: fitted by scikit-learn, used as tensors."""

import warnings

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from genai_course.baselines.pca import GaussianInPCA


class MixtureInPCA:
    """A mixture of Gaussians over the coordinates that a `GaussianInPCA` gives to images.

    Args:
        space: A `GaussianInPCA`.
        images: Those to fit, shape (N, 1, 28, 28), in [0, 1].
        num_components: Gaussians, K.
        num_rounds: Rounds of the EM algorithm at most.
        seed: Of the start.

    Attributes:
        space: The `GaussianInPCA` whose directions are used.
        fitted: scikit-learn's GaussianMixture, with full covariances.
        shares, means, roots: Probability of each component, (K,), its mean, (K, D), and a
            triangular root of its covariance, (K, D, D).

    Shown in: notebooks/01_generative_models.ipynb.
    """

    def __init__(
        self,
        space: GaussianInPCA,
        images: torch.Tensor,
        num_components: int = 20,
        num_rounds: int = 10,
        seed: int = 0,
    ) -> None:
        self.space = space
        self.fitted = GaussianMixture(
            num_components, reg_covar=1e-3, max_iter=num_rounds, random_state=seed
        )
        with warnings.catch_warnings():  # to stop after num_rounds is what we want
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.fitted.fit(space.project(images).double().cpu().numpy())
        parts = self.fitted.weights_, self.fitted.means_, self.fitted.covariances_
        shares, means, covariances = (torch.as_tensor(a).to(space.mean.device) for a in parts)
        self.shares, self.means = shares.float(), means.float()
        self.roots = torch.linalg.cholesky(covariances).float()

    def log_density(self, images: torch.Tensor) -> torch.Tensor:
        """Log density of the coordinates of images, not of the images: nats, shape (N,)."""
        codes = self.space.project(images).unsqueeze(
            1
        )  # (N, 1, num_directions) against K components
        bumps = torch.distributions.MultivariateNormal(self.means, scale_tril=self.roots)
        return torch.logsumexp(self.shares.log() + bumps.log_prob(codes), dim=1)

    def sample(self, num_images: int) -> torch.Tensor:
        """Choose a component for each image, then draw from it: (num_images, 1, 28, 28)."""
        which = torch.multinomial(self.shares, num_images, replacement=True)
        noise = torch.randn(num_images, self.means.shape[1], 1, device=self.means.device)
        return self.space.lift(self.means[which] + (self.roots[which] @ noise).squeeze(2))
