"""Samples from the prior, straight lines and grids of equal probability."""

import pytest
import torch
from torch import nn

from genai_course.vae.networks import Decoder
from genai_course.vae.sampling import decode, interpolate, latent_grid, sample_prior


class Spy(nn.Module):
    """Keeps the z that it is given and answers with logits 3 and -3."""

    def __init__(self, latent_dim):
        super().__init__()
        self.latent_dim = latent_dim
        self.anything = nn.Linear(1, 1)

    def forward(self, z):
        self.z = z
        return torch.cat([3.0 * torch.ones(len(z), 392), -3.0 * torch.ones(len(z), 392)], 1).view(
            -1, 1, 28, 28
        )


def test_prior_samples_come_from_a_standard_normal_and_are_probabilities():
    torch.manual_seed(0)
    spy = Spy(4)
    images = sample_prior(spy, 5000)
    assert spy.z.shape == (5000, 4) and images.shape == (5000, 1, 28, 28)
    assert spy.z.mean(0).abs().max() < 0.06
    covariance = torch.cov(spy.z.T)
    assert (covariance - torch.eye(4)).abs().max() < 0.08
    assert spy.z.abs().max() > 3  # not uniform on a box of the same variance
    assert images[0, 0, 0, 0].item() == pytest.approx(torch.tensor(3.0).sigmoid().item())
    assert images.min() > 0 and images.max() < 1


def test_decoded_images_are_the_sigmoid_of_the_logits_without_graph():
    decoder, z = Decoder(2), torch.randn(3, 2)
    images = decode(decoder, z)
    assert not images.requires_grad and not sample_prior(decoder, 3).requires_grad
    assert torch.allclose(images, 1 / (1 + torch.exp(-decoder(z))))


def test_interpolation_starts_and_ends_where_it_should_with_equal_steps():
    start, end = torch.tensor([0.0, 2.0, -1.0]), torch.tensor([4.0, 0.0, -1.0])
    path = interpolate(start, end, 5)
    assert path.shape == (5, 3)
    assert torch.equal(path[0], start) and torch.equal(path[-1], end)
    assert torch.allclose(path.diff(dim=0), ((end - start) / 4).expand(4, 3))


def test_interpolation_refuses_less_than_two_points_and_different_ends():
    with pytest.raises(ValueError, match="at least 2"):
        interpolate(torch.zeros(2), torch.ones(2), 1)
    with pytest.raises(ValueError, match="shapes"):
        interpolate(torch.zeros(2), torch.ones(3), 4)


def test_latent_grid_is_laid_out_like_a_picture_of_equal_shares():
    grid = latent_grid(4).view(4, 4, 2)
    z1, z2 = grid[..., 0], grid[..., 1]
    assert (z1.diff(dim=1) > 0).all() and (z1.diff(dim=0) == 0).all()
    assert (z2.diff(dim=0) < 0).all() and (z2.diff(dim=1) == 0).all()
    shares = torch.distributions.Normal(0, 1).cdf(z1[0])
    assert torch.allclose(shares, torch.tensor([0.125, 0.375, 0.625, 0.875]), atol=1e-6)
    assert torch.allclose(grid.mean((0, 1)), torch.zeros(2), atol=1e-6)
