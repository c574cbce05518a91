"""The sum over a latent plane against an exact mixture and against importance sampling."""

import math

import torch
from torch import nn

from genai_course.vae.importance import importance_weights_of, iwae_bound
from genai_course.vae.networks import VAE
from genai_course.vae.quadrature import quadrature_log_likelihood


class _HalfPlanes(nn.Module):
    """Pixel 1 is white for z1 > 0, pixel 2 for z2 > 0.5, almost surely."""

    def forward(self, z):
        return 200 * (z - torch.tensor([0.0, 0.5])).view(-1, 1, 1, 2)


def test_probabilities_of_half_planes_are_those_of_the_normal_distribution():
    x = torch.tensor([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]).view(3, 1, 1, 2)
    right = 0.5 * (1 - math.erf(0.5 / math.sqrt(2)))  # P(z2 > 0.5)
    expected = torch.tensor([0.5 * right, 0.5 * right, 0.5 * (1 - right)]).log()
    found = quadrature_log_likelihood(_HalfPlanes(), x)
    torch.testing.assert_close(found, expected, rtol=0, atol=0.02)


def test_a_decoder_that_ignores_z_gives_its_own_likelihood():
    class Constant(nn.Module):
        def forward(self, z):
            return torch.zeros(len(z), 1, 2, 2)

    found = quadrature_log_likelihood(Constant(), torch.ones(2, 1, 2, 2), spacing=0.05)
    torch.testing.assert_close(found, torch.full((2,), -4 * math.log(2)), rtol=0, atol=1e-3)


def test_it_agrees_with_many_importance_samples_of_a_real_network():
    torch.manual_seed(0)
    vae = VAE(latent_dim=2, hidden=12)
    x = torch.rand(5, 1, 28, 28).round()
    with torch.no_grad():
        vae.decoder.body[2].weight.mul_(4)
    exact = quadrature_log_likelihood(vae.decoder, x, spacing=0.05)
    sampled = iwae_bound(importance_weights_of(vae, x, 20_000), 20_000)
    torch.testing.assert_close(sampled, exact, rtol=0, atol=0.1)
