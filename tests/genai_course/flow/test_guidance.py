"""Guidance: its algebra by hand, its sign on Gaussians, and which labels the network hears."""

import pytest
import torch

from genai_course.flow.guidance import drop_labels, guide, guided_velocity, plain_velocity
from genai_course.flow.solvers import follow_velocity, rk4_step


def test_both_conventions_give_the_same():
    with_label, without = torch.randn(4, 3), torch.randn(4, 3)
    for w in (-1.0, 0.0, 0.7, 3.0):
        paper = (1 + w) * with_label - w * without
        torch.testing.assert_close(guide(with_label, without, w), paper)


def test_minus_one_forgets_the_label_and_zero_is_the_plain_answer():
    one, two = torch.tensor([[1.0]]), torch.tensor([[2.0]])
    assert [guide(two, one, w).item() for w in (-1.0, 0.0, 1.0)] == [1, 2, 3]


def test_a_share_of_the_labels_is_dropped_and_the_rest_kept():
    torch.manual_seed(0)
    labels = torch.arange(10).repeat(2000)
    got = drop_labels(labels, none=10, dropped=0.2)
    gone = got == 10
    assert gone.double().mean().item() == pytest.approx(0.2, abs=0.01)
    assert torch.equal(got[~gone], labels[~gone])
    assert labels.max() == 9  # the given ones are left alone
    each = torch.stack([gone[labels == k].double().mean() for k in range(10)])
    assert each.min() > 0.15 and each.max() < 0.25


def test_a_tenth_is_dropped_unless_told_otherwise_and_none_or_all_where_so_told():
    torch.manual_seed(0)
    labels = torch.zeros(20_000, dtype=torch.int64)
    assert drop_labels(labels, 10).double().mean().item() == pytest.approx(1.0, abs=0.1)
    assert torch.equal(drop_labels(labels, 10, 0.0), labels)
    assert (drop_labels(labels, 10, 1.0) == 10).all()


class Heard(torch.nn.Module):
    """A network that keeps the times and labels that it is told, and answers with the labels."""

    num_classes = 3

    def __init__(self):
        super().__init__()
        self.told = []

    def forward(self, x_t, time, labels):
        self.told.append((time.tolist(), labels.tolist()))
        return labels[:, None].to(x_t.dtype).expand_as(x_t)


def test_the_network_hears_its_labels_then_none_and_one_time_for_each():
    network, labels = Heard(), torch.tensor([0, 2])
    got = guided_velocity(network, labels, w=2.0)(torch.zeros(2, 4), 0.25)
    assert network.told == [([0.25, 0.25], [0, 2]), ([0.25, 0.25], [3, 3])]
    assert got[:, 0].tolist() == [3 + 3 * (0 - 3), 3 + 3 * (2 - 3)]


def test_without_guidance_the_network_is_called_once():
    network = Heard()
    got = guided_velocity(network, torch.tensor([1]))(torch.zeros(1, 2), 0.25)
    assert len(network.told) == 1 and got.tolist() == [[1, 1]]


def test_a_network_without_labels_gets_one_time_for_each_of_the_points_type():
    seen = []
    velocity = plain_velocity(lambda x, time: seen.append(time) or 2 * x)
    assert velocity(torch.ones(3, 2).double(), 0.75).tolist() == [[2, 2]] * 3
    assert seen[0].tolist() == [0.75] * 3 and seen[0].dtype == torch.float64


def of_gaussian(x, t, mean, variance):
    """Mean velocity where the data are one Gaussian of that mean and variance."""
    kept = (1 - t) ** 2 * variance + t**2
    return -mean + (t - (1 - t) * variance) / kept * (x - (1 - t) * mean)


@pytest.mark.parametrize("w", [0.0, 1.0, 2.0])
def test_the_guided_flow_of_gaussians_ends_where_its_closed_form_says(w):
    """N(0, 1) without, N(1, 0.5^2) with the label: spread 0.5^(1 + w), and no sharpened density."""
    start = torch.tensor([[-1.0], [0.0], [1.0]]).double()

    def velocity(x, t):
        return guide(of_gaussian(x, t, 1.0, 0.25), of_gaussian(x, t, 0.0, 1.0), w)

    low, middle, high = follow_velocity(velocity, start, 100, rk4_step)[:, 0].tolist()
    assert (high - low) / 2 == pytest.approx(0.5 ** (1 + w), abs=1e-3)
    if w == 2:
        assert middle == pytest.approx(1.5, abs=1e-3)


def test_velocities_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="wanted"):
        guide(torch.zeros(3, 2), torch.zeros(1, 2), 1.0)
