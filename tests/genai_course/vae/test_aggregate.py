"""The aggregate posterior against the mixture of torch, integrals and cases known by hand."""

import math

import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from genai_course.vae.aggregate import aggregate_log_density, kl_in_two_parts
from genai_course.vae.losses import kl_divergence


def posteriors(count=7, latent_dim=3, seed=0):
    numbers = torch.Generator().manual_seed(seed)
    mu, logvar = (torch.randn(count, latent_dim, generator=numbers) for _ in range(2))
    return 2 * mu, logvar - 1


@pytest.mark.parametrize("num_points", [1, 100, 250])
def test_log_density_is_that_of_the_mixture_of_torch(num_points):
    mu, logvar = posteriors()
    z = torch.randn(num_points, 3, generator=torch.Generator().manual_seed(1))
    parts = Independent(Normal(mu.double(), logvar.double().mul(0.5).exp()), 1)
    wanted = MixtureSameFamily(Categorical(torch.ones(7).double()), parts).log_prob(z.double())
    got = aggregate_log_density(z, mu, logvar)
    torch.testing.assert_close(got, wanted, rtol=0, atol=1e-9)


def test_far_points_and_narrow_posteriors_keep_their_digits():
    mu, logvar = torch.full((2, 20), 5.0), torch.full((2, 20), -8.0)
    wanted = Normal(5.0, math.exp(-4)).log_prob(torch.tensor(5.01)).item() * 20
    assert aggregate_log_density(mu[:1] + 0.01, mu, logvar).item() == pytest.approx(wanted, 1e-4)


def parts_of(mu, logvar, num_samples=20_000):
    torch.manual_seed(0)
    return kl_in_two_parts(mu, logvar, num_samples)


def test_both_parts_of_two_gaussians_are_their_integrals():
    mu, logvar = torch.tensor([[-1.0], [0.5]]), torch.tensor([[0.0], [-1.0]])
    z = torch.linspace(-12, 12, 20_001).double()[:, None]
    densities = Normal(mu.T.double(), logvar.T.double().mul(0.5).exp()).log_prob(z).exp()
    q, z = densities.mean(dim=1), z[:, 0]
    own = torch.trapezoid(densities * (densities / q[:, None]).log(), z, dim=0).mean()
    all_together = torch.trapezoid(q * (q.log() - Normal(0.0, 1.0).log_prob(z)), z)
    information, mismatch = parts_of(mu, logvar)
    assert information.mean().item() == pytest.approx(own.item(), abs=0.02)
    assert mismatch.mean().item() == pytest.approx(all_together.item(), abs=0.02)


def test_both_parts_add_up_to_the_kl_that_training_pays():
    mu, logvar = posteriors(count=50)
    total = sum(parts_of(mu, logvar))
    error = total.std().item() / len(total) ** 0.5
    assert total.shape == (20_000,) and error < 0.1
    assert total.mean().item() == pytest.approx(kl_divergence(mu, logvar).mean().item(), abs=0.3)


def test_equal_codes_say_nothing_and_far_codes_name_their_image():
    nothing, _ = parts_of(torch.ones(4, 2), torch.zeros(4, 2), 100)
    assert nothing.abs().max() < 1e-5
    far = 100 * torch.arange(5.0)[:, None].expand(5, 2)
    everything, _ = parts_of(far, torch.zeros(5, 2), 100)
    torch.testing.assert_close(everything, torch.full((100,), math.log(5)).double(), atol=1e-2,
                               rtol=0)  # fmt: skip


def test_a_code_that_is_the_prior_is_no_distance_from_it():
    parts = parts_of(torch.zeros(4, 2), torch.zeros(4, 2), 100)
    assert all(part.abs().max() < 1e-5 for part in parts)


def test_both_refuse_means_and_variances_that_do_not_belong_together():
    for attempt in (lambda m, v: aggregate_log_density(m, m, v), lambda m, v: parts_of(m, v, 5)):
        with pytest.raises(ValueError, match="mu|logvar"):
            attempt(torch.zeros(4, 2), torch.zeros(3, 2))
