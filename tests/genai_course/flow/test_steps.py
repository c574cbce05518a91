"""The update of a flow, seen by a network that keeps what it is given."""

import pytest
import torch
from torch import nn

from genai_course.diffusion.networks import PointDenoiser
from genai_course.flow.networks import LabelledUNet
from genai_course.flow.steps import flow_step


class Spy(nn.Module):
    """Keeps what it is told, and answers with one number for all."""

    num_classes = 4

    def __init__(self):
        super().__init__()
        self.answer = nn.Parameter(torch.tensor(0.3))

    def forward(self, x_t, when, labels=None):
        self.x_t, self.when, self.labels = x_t, when, labels
        return self.answer * torch.ones_like(x_t)


def data(count=4000, seed=1):
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(seed)) + 1


def sgd(network, lr=0.1):
    return torch.optim.SGD(network.parameters(), lr=lr)


@pytest.fixture
def seen():
    """Spy, loss, samples and noise of one step without labels."""
    torch.manual_seed(0)
    spy, x, noise = Spy(), data(), data(seed=2)
    return spy, flow_step(spy, sgd(spy), x, noise), x, noise


def test_times_are_uniform_and_each_sample_has_its_own(seen):
    spy, _, _, _ = seen
    assert spy.when.shape == (4000,) and len(spy.when.unique()) > 3900
    quarters = spy.when.histc(4, 0, 1) / 4000
    assert (quarters - 0.25).abs().max() < 0.03


def test_the_network_sees_the_point_of_its_line_at_the_time_that_it_is_told(seen):
    spy, _, x, noise = seen
    t = spy.when.unsqueeze(1)
    torch.testing.assert_close(spy.x_t, x + t * (noise - x))
    assert spy.labels is None


def test_the_loss_is_the_mean_squared_error_of_the_velocity_and_carries_no_graph(seen):
    spy, loss, x, noise = seen
    assert loss.shape == () and not loss.requires_grad
    assert loss.item() == pytest.approx((0.3 - (noise - x)).square().mean().item(), rel=1e-5)
    slope = 2 * (0.3 - (noise - x)).mean().item()
    assert spy.answer.item() == pytest.approx(0.3 - 0.1 * slope, rel=1e-4)


def test_gradients_do_not_pile_up():
    spy, slopes = Spy(), []
    for _ in range(2):
        flow_step(spy, sgd(spy, 0.0), data(), data(seed=2))
        slopes.append(spy.answer.grad.item())
    assert slopes[0] == pytest.approx(slopes[1]) and slopes[0] != 0


@pytest.mark.parametrize(("more", "share"), [({}, 0.1), ({"dropped": 0.4}, 0.4)])
def test_a_share_of_the_labels_is_dropped(more, share):
    torch.manual_seed(0)
    spy, labels = Spy(), torch.arange(4).repeat(1000)
    flow_step(spy, sgd(spy), data(), data(seed=2), labels, **more)
    gone = spy.labels == 4
    assert gone.double().mean().item() == pytest.approx(share, abs=0.02)
    assert torch.equal(spy.labels[~gone], labels[~gone])


def test_lines_between_the_same_two_places_are_learned():
    """From x_0 = (1, 1) to noise, the velocity follows from x_t and t: the error can fall."""
    torch.manual_seed(0)
    network, x = PointDenoiser(32), torch.ones(128, 2)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    losses = [flow_step(network, optimizer, x, torch.randn(128, 2)).item() for _ in range(100)]
    assert sum(losses[:3]) / 3 > 1 and sum(losses[-10:]) / 10 < 0.5


def test_a_labelled_unet_takes_steps_on_images():
    torch.manual_seed(0)
    network, x = LabelledUNet(3, narrow=4, wide=8), torch.rand(2, 1, 28, 28) * 2 - 1
    optimizer, noise = torch.optim.Adam(network.parameters(), lr=0.01), torch.randn_like(x)
    labels = torch.tensor([0, 2])
    losses = [flow_step(network, optimizer, x, noise, labels).item() for _ in range(8)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("broken", [torch.zeros(0, 2), torch.zeros(3, 2).long(), torch.zeros(1, 2)])
def test_what_does_not_fit_is_refused(broken):
    spy = Spy()
    with pytest.raises(ValueError):
        flow_step(spy, sgd(spy), broken, torch.zeros(3, 2))
