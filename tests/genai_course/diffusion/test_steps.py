"""The update of a diffusion model, seen by a network that keeps what it is given."""

import pytest
import torch
from torch import nn

from genai_course.diffusion.networks import PointDenoiser, UNet
from genai_course.diffusion.schedules import linear_schedule
from genai_course.diffusion.steps import diffusion_step

ALPHA_BAR = linear_schedule(20)[:5] * torch.tensor([1, 0.9, 0.6, 0.3, 0.1]).double()  # T = 4


class Spy(nn.Module):
    """Keeps x_t and its share of T, and answers with one number for all."""

    def __init__(self):
        super().__init__()
        self.answer = nn.Parameter(torch.tensor(0.3))

    def forward(self, x_t, time):
        self.x_t, self.share = x_t, time
        return self.answer * torch.ones_like(x_t)


def data(count=4000):
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(1)) + 1


@pytest.fixture
def seen():
    """Spy, loss, steps t, noise that must have been in x_t, and v by its definition."""
    torch.manual_seed(0)
    spy, x = Spy(), data()
    loss = diffusion_step(spy, torch.optim.SGD(spy.parameters(), lr=0.1), x, ALPHA_BAR)
    t = (4 * spy.share).round().long().clamp(0, 4)
    kept = ALPHA_BAR[t].float().unsqueeze(1)
    noise = (spy.x_t - kept.sqrt() * x) / (1 - kept).sqrt()
    return spy, loss, t, noise, kept.sqrt() * noise - (1 - kept).sqrt() * x


def test_steps_1_to_t_come_equally_often_and_the_network_is_told_their_share(seen):
    spy, _, t, _, _ = seen
    assert spy.share.shape == (4000,) and t.bincount().shape == (5,)
    torch.testing.assert_close(spy.share, t / 4)
    assert t.bincount()[0] == 0 and t.bincount()[1:].min() > 900


def test_the_noise_is_standard_normal_and_another_one_for_each_sample(seen):
    _, _, _, noise, _ = seen
    assert noise.mean(dim=0).abs().max() < 0.06
    assert (torch.cov(noise.T) - torch.eye(2)).abs().max() < 0.08
    assert len(noise[:, 0].unique()) > 3900 and noise.abs().max() > 3


def test_the_loss_is_the_mean_squared_error_of_v_and_carries_no_graph(seen):
    _, loss, _, _, v = seen
    assert loss.shape == () and not loss.requires_grad
    assert loss.item() == pytest.approx((0.3 - v).square().mean().item(), rel=1e-5)


def test_one_step_is_plain_gradient_descent_on_it(seen):
    spy, _, _, _, v = seen
    assert spy.answer.item() == pytest.approx(0.3 - 0.1 * 2 * (0.3 - v).mean().item(), rel=1e-5)


def test_gradients_do_not_pile_up():
    spy, slopes = Spy(), []
    for _ in range(2):
        torch.manual_seed(5)
        diffusion_step(spy, torch.optim.SGD(spy.parameters(), lr=0.0), data(), ALPHA_BAR)
        slopes.append(spy.answer.grad.item())
    assert slopes[0] == pytest.approx(slopes[1]) and slopes[0] != 0


def test_a_step_moves_the_weights_and_nothing_else():
    torch.manual_seed(0)
    network, x, alpha_bar = PointDenoiser(8), data(16), ALPHA_BAR.clone()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    diffusion_step(network, torch.optim.SGD(network.parameters(), lr=0.1), x, alpha_bar)
    after = network.state_dict()
    still = {name for name in before if torch.equal(before[name], after[name])}
    assert still == {"time.rates"}
    assert torch.equal(x, data(16)) and torch.equal(alpha_bar, ALPHA_BAR)


@pytest.mark.parametrize("broken", [torch.zeros(0, 2), torch.zeros(3, 2).long()])
def test_no_samples_and_integers_are_refused(broken):
    spy = Spy()
    with pytest.raises(Exception) as refusal:
        diffusion_step(spy, torch.optim.SGD(spy.parameters(), lr=0.1), broken, ALPHA_BAR)
    assert refusal.type is ValueError
    assert str(refusal.value).startswith(("x are of type int64", "there are no x"))


def test_points_in_one_place_are_learned():
    """Of x_0 = (1, 1) for all, v follows from x_t: the error can fall far below its mean of 1."""
    torch.manual_seed(0)
    network, x = PointDenoiser(32), torch.ones(128, 2)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    losses = [diffusion_step(network, optimizer, x, ALPHA_BAR).item() for _ in range(80)]
    assert sum(losses[:3]) / 3 > 0.7 and sum(losses[-10:]) / 10 < 0.2


def test_a_unet_takes_a_step_on_images():
    torch.manual_seed(0)
    network, x = UNet(narrow=4, wide=8), torch.rand(2, 1, 28, 28) * 2 - 1
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    losses = [diffusion_step(network, optimizer, x, linear_schedule(50)).item() for _ in range(8)]
    assert losses[-1] < losses[0]
