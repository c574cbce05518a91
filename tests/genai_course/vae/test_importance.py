"""Importance weights: against exact enumeration, a model with a known likelihood, and mistakes."""

import itertools
import math

import pytest
import torch
from torch import nn

from genai_course.vae.importance import (
    effective_sample_size,
    importance_weights_of,
    iwae_bound,
    log_weights,
    mean_and_error,
)
from genai_course.vae.networks import VAE

Q = torch.tensor([0.1, 0.4, 0.2, 0.3], dtype=torch.double)  # four latent states
JOINT = torch.tensor([0.02, 0.18, 0.02, 0.09], dtype=torch.double)
RATIO = (JOINT / Q).log()
LOG_P = JOINT.sum().log()


def exact_bound(k, average=lambda w: w.logsumexp(0) - math.log(len(w))):
    """E log mean of k weights, every combination of states counted with its probability."""
    total = 0.0
    for states in itertools.product(range(4), repeat=k):
        chosen = list(states)
        total += Q[chosen].prod() * average(RATIO[chosen])
    return total


def bound_of_the_package(k):
    states = torch.tensor(list(itertools.product(range(4), repeat=k)))
    values = iwae_bound(RATIO[states].T.contiguous(), k)  # one column for each combination
    return (Q[states].prod(dim=1) * values).sum()


def test_exact_bounds_rise_from_the_elbo_towards_log_p():
    bounds = torch.stack([bound_of_the_package(k) for k in range(1, 6)])
    torch.testing.assert_close(bounds[0], (Q * RATIO).sum(), rtol=0, atol=1e-12)
    assert (bounds.diff() > 1e-4).all() and bounds[-1] < LOG_P
    for k, value in enumerate(bounds, start=1):
        torch.testing.assert_close(value, torch.as_tensor(exact_bound(k)), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda w: w.mean(),  # mean of logs for log of mean: the bound of k = 1 again
        lambda w: w.logsumexp(0),  # log k is missing: above log p
        lambda w: w.max(),
        lambda w: w.sum() - math.log(len(w)),
    ],
    ids=["mean of logs", "no log k", "max", "sum of logs"],
)
def test_common_wrong_averages_are_told_apart(wrong):
    right = bound_of_the_package(3)
    assert abs(exact_bound(3, wrong) - right) > 1e-3


def test_groups_are_disjoint_and_cover_all_samples():
    log_w = torch.tensor([[0.0], [2.0], [1.0], [5.0]])
    pairs = [math.log((1 + math.exp(2)) / 2), math.log((math.exp(1) + math.exp(5)) / 2)]
    assert iwae_bound(log_w, 2).item() == pytest.approx(sum(pairs) / 2)
    assert iwae_bound(log_w, 1).item() == pytest.approx(2.0)
    for k in (3, 8, 0):
        with pytest.raises(ValueError, match=f"4 samples cannot be split into groups of {k}"):
            iwae_bound(log_w, k)


def test_it_stays_finite_where_exponentials_vanish():
    log_w = torch.full((10, 2), -3000.0)
    torch.testing.assert_close(iwae_bound(log_w, 10), torch.full((2,), -3000.0))


class _TwoPixels(nn.Module):
    """Two pixels, each white with probability sigmoid(2 z); a wide posterior that ignores x."""

    def __init__(self):
        super().__init__()
        self.decoder = lambda z: (2 * z).view(-1, 1, 1, 1).expand(-1, 1, 1, 2)
        self.encoder = lambda x: (torch.full((len(x), 1), 0.3), torch.full((len(x), 1), 0.5))


def exact_two_pixels():
    z = torch.linspace(-9, 9, 4001, dtype=torch.double)
    white = torch.sigmoid(2 * z)
    prior = torch.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return torch.trapezoid(white**2 * prior, z).log(), torch.trapezoid(
        white * (1 - white) * prior, z
    ).log()


def test_weights_average_to_the_likelihood_found_by_quadrature():
    torch.manual_seed(0)
    x = torch.tensor([[1.0, 1.0], [1.0, 0.0]]).view(2, 1, 1, 2)
    log_w = log_weights(_TwoPixels(), x, 100_000)
    assert log_w.shape == (100_000, 2)
    estimate = iwae_bound(log_w, 100_000)
    torch.testing.assert_close(
        estimate.double(), torch.stack(exact_two_pixels()), rtol=0, atol=0.02
    )
    elbo = iwae_bound(log_w, 1)
    assert (estimate - elbo > 0.1).all()


def test_each_weight_belongs_to_its_image():
    torch.manual_seed(0)
    vae = VAE(latent_dim=3, hidden=16)
    shares = torch.tensor([0.1, 0.4, 0.6, 0.9]).view(4, 1, 1, 1)
    x = (torch.rand(4, 1, 28, 28) < shares).float()
    with torch.no_grad():
        vae.decoder.body[2].bias.fill_(0.5)
        log_w = log_weights(vae, x, 300).mean(0)
        alone = torch.cat([log_weights(vae, x[i : i + 1], 300).mean(0) for i in range(4)])
    torch.testing.assert_close(log_w, alone, rtol=0, atol=2.0)
    assert alone.diff().abs().min() > 20  # a swap would be seen


def test_weights_in_pieces_are_those_of_the_whole_and_carry_no_graph():
    vae = VAE(latent_dim=2, hidden=8)
    with torch.no_grad():  # no noise left: every sample of z is the mean
        vae.encoder.to_logvar.weight.zero_()
        vae.encoder.to_logvar.bias.fill_(-60.0)
    x = torch.rand(7, 1, 28, 28).round()
    pieces = importance_weights_of(vae, x, 5, decode_at_once=10)
    assert pieces.shape == (5, 7) and not pieces.requires_grad
    whole = log_weights(vae, x, 5)
    assert whole.requires_grad
    torch.testing.assert_close(pieces.mean(0), whole.detach().mean(0), rtol=0, atol=10.0)
    reconstruction = torch.nn.functional.binary_cross_entropy_with_logits(
        vae.decoder(vae.encoder(x)[0]), x, reduction="none"
    ).sum((1, 2, 3))
    order = (-reconstruction).argsort()
    assert torch.equal((pieces.mean(0)).argsort()[[0, -1]], order[[0, -1]])


def test_equal_weights_count_in_full_and_one_giant_counts_alone():
    log_w = torch.tensor([[2.0, 0.0, 0.0], [2.0, 60.0, math.log(3)], [2.0, 0.0, -200.0]])
    wanted = torch.tensor([3.0, 1.0, (1 + 3) ** 2 / (1 + 9)])
    torch.testing.assert_close(effective_sample_size(log_w), wanted)


def test_a_factor_on_all_weights_changes_no_effective_size_even_where_they_vanish():
    log_w = torch.randn(50, 4, generator=torch.Generator().manual_seed(1), dtype=torch.double)
    for shift in (5.0, -3000.0, 3000.0):
        torch.testing.assert_close(
            effective_sample_size(log_w + shift), effective_sample_size(log_w)
        )


@pytest.mark.parametrize("sigma", [0.5, 1.0])
def test_of_normal_log_weights_the_share_exp_of_minus_the_variance_counts(sigma):
    numbers = torch.Generator().manual_seed(0)
    log_w = sigma * torch.randn(400_000, 2, generator=numbers, dtype=torch.double)
    share = effective_sample_size(log_w) / len(log_w)
    assert share.tolist() == pytest.approx(2 * [math.exp(-(sigma**2))], abs=0.01)


def test_the_mean_comes_with_its_standard_error():
    mean, error = mean_and_error(torch.tensor([1.0, 2.0, 3.0, 6.0]))
    assert mean == 3.0
    assert error == pytest.approx(math.sqrt((4 + 1 + 0 + 9) / 3) / 2)


def test_the_gradient_goes_through_the_sample():
    """Without a decoder, log p(z) - log q(z|x) has the slope -z in mu: the noise stays, z moves."""
    seen = []

    class Blind(nn.Module):
        def __init__(self):
            super().__init__()
            self.mu = nn.Parameter(torch.tensor([[0.5, -1.0]]))

        def encoder(self, x):
            return self.mu.expand(len(x), 2), torch.full((len(x), 2), -0.4)

        def decoder(self, z):
            seen.append(z.detach())
            return torch.zeros(len(z), 1, 2, 2)

    torch.manual_seed(0)
    vae = Blind()
    log_weights(vae, torch.zeros(1, 1, 2, 2), 3).sum().backward()
    torch.testing.assert_close(vae.mu.grad, -seen[0].sum(dim=0, keepdim=True))
