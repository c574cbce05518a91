"""Training with the bound of k samples: what is climbed, and what a gradient is worth."""

import copy
import math

import pytest
import torch

from genai_course.vae.importance import iwae_bound, log_weights
from genai_course.vae.iwae import iwae_step, signal_to_noise
from genai_course.vae.networks import VAE


@pytest.fixture
def vae():
    torch.manual_seed(0)
    return VAE(latent_dim=2, hidden=8)


def images():
    return torch.rand(6, 1, 28, 28, generator=torch.Generator().manual_seed(1)).round()


def gradients_of_step(vae, k):
    """The gradients of one step, and the bound that it says."""
    vae = copy.deepcopy(vae)
    torch.manual_seed(3)
    said = iwae_step(vae, torch.optim.SGD(vae.parameters(), lr=0.0), images(), k, 4)
    return [p.grad for p in vae.parameters()], said["negative_bound"]


@pytest.mark.parametrize("k", [1, 2, 4])
def test_a_step_has_the_gradient_of_minus_the_bound(vae, k):
    found, said = gradients_of_step(vae, k)
    torch.manual_seed(3)
    loss = -iwae_bound(log_weights(vae, images(), 4), k).mean()
    wanted = torch.autograd.grad(loss, list(vae.parameters()))
    torch.testing.assert_close(said, loss.detach())
    assert not said.requires_grad
    for mine, right in zip(found, wanted, strict=True):
        torch.testing.assert_close(mine, right)


def test_a_step_lowers_its_loss_and_forgets_the_gradients_before(vae):
    optimizer = torch.optim.SGD(vae.parameters(), lr=1e-4)
    said = []
    for _ in range(30):
        torch.manual_seed(3)
        said.append(iwae_step(vae, optimizer, images(), 4, 4)["negative_bound"].item())
    assert said[-1] < said[0] - 0.3
    twice = copy.deepcopy(vae)
    torch.manual_seed(3)
    iwae_step(twice, torch.optim.SGD(twice.parameters(), lr=0.0), images(), 4, 4)
    torch.manual_seed(3)
    iwae_step(twice, torch.optim.SGD(twice.parameters(), lr=0.0), images(), 4, 4)
    once, _ = gradients_of_step(vae, 4)
    for mine, right in zip([p.grad for p in twice.parameters()], once, strict=True):
        torch.testing.assert_close(mine, right)


def test_signal_to_noise_is_length_of_the_mean_over_the_whole_spread():
    gradients = torch.tensor([[3.0, 4.0], [5.0, 4.0], [1.0, 4.0]])  # mean (3, 4), variances 4, 0
    assert signal_to_noise(gradients).item() == pytest.approx(5 / 2)
    assert signal_to_noise(-gradients).item() == pytest.approx(5 / 2)
    spread = torch.tensor([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]])  # variances 1 and 1
    assert signal_to_noise(spread).item() == pytest.approx(math.sqrt(2) / math.sqrt(2))


def test_it_does_not_depend_on_the_unit_of_the_gradient():
    gradients = torch.randn(40, 3, generator=torch.Generator().manual_seed(2)) + 0.5
    torch.testing.assert_close(signal_to_noise(100 * gradients), signal_to_noise(gradients))


def test_one_draw_has_no_spread():
    with pytest.raises(ValueError, match="2 or more"):
        signal_to_noise(torch.ones(1, 3))
