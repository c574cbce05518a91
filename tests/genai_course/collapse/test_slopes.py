"""What the discriminator says at the fakes, and where its slope leads, on logits that are known."""

import math

import pytest
import torch

from genai_course.collapse.slopes import discriminator_report, slope_at, walk_uphill
from genai_course.data import ring_centres

CENTRES, SIGMA = ring_centres(8, 2.0), 0.05


def bowl(x):
    """A logit with its top at (1, 2), for any stack of samples."""
    return -(x - torch.tensor([1.0, 2.0])).square().sum(dim=-1, keepdim=True)


def test_the_slope_is_that_of_the_logit_and_has_no_graph():
    x = torch.randn(3, 5, 2, requires_grad=True)
    slope = slope_at(bowl, x)
    assert torch.allclose(slope, -2 * (x - torch.tensor([1.0, 2.0]))) and not slope.requires_grad
    assert x.grad is None


def test_walkers_take_steps_of_one_length_however_flat_it_is():
    start = torch.zeros(1, 4, 2)
    for steepness in (1e-6, 1.0, 1e3):
        end = walk_uphill(lambda x, s=steepness: s * x[..., :1], start, num_steps=30, length=0.1)
        assert torch.allclose(end, torch.tensor([3.0, 0.0]).expand(1, 4, 2))
    assert torch.equal(walk_uphill(lambda x: 0 * x[..., :1], start), start)
    assert (walk_uphill(bowl, start) - torch.tensor([1.0, 2.0])).norm(dim=-1).max() < 0.05


def crowded(shares):
    """1,000 samples, of which each centre has its share; the rest lies far away."""
    counts = [round(1000 * share) for share in shares]
    x = CENTRES[: len(counts)].repeat_interleave(torch.tensor(counts), dim=0)
    x = torch.cat((x, torch.full((1000 - len(x), 2), 50.0)))
    return x[torch.randperm(1000, generator=torch.Generator().manual_seed(0))]


HEIGHTS = torch.tensor([-1.0, -2.0, 5.0, 4.0, 6.0, 30.0, 7.0, 8.0])


def peaks(x):
    """A peak of its own at each centre, and no way from one to another one."""
    squares = (x.unsqueeze(-2) - CENTRES).square().sum(dim=-1)
    return (HEIGHTS - 100 * squares).gather(-1, squares.argmin(dim=-1, keepdim=True))


def plane(x):
    return 0.25 * x[..., :1]


def games(x):
    """Two games: the first has peaks, the other a slope in one direction."""
    return torch.stack((peaks(x[0]), plane(x[1])))


def test_a_report_tells_a_game_whose_slope_leads_back_from_one_whose_slope_leads_away():
    x = crowded((0.6, 0.3, 0.005))  # the third mode has samples, but under 1 percent
    frozen, running = discriminator_report(games, x.expand(2, -1, -1), CENTRES, SIGMA)
    far = (x > 40).any(dim=1).sum().item() / 1000
    share = torch.cdist(x, CENTRES).argmin(dim=1).bincount().max().item() / 1000
    assert far > 0.09 and 0.6 <= share < 0.7
    assert frozen["best answer"] == running["best answer"] == pytest.approx(math.log(1 / 8 / share))
    assert frozen["logit"] == -1 and frozen["slope"] == 0 and frozen["leave"] == 0
    assert frozen["lost modes"] == 30  # and not 8 of the last one
    assert running["slope"] == pytest.approx(0.25) and running["leave"] > 0.2
    assert running["lost modes"] == pytest.approx(0.25 * CENTRES[2:, 0].max().item())


def test_a_mode_with_some_samples_of_too_few_is_lost():
    few, enough = crowded((0.9, 0.05, 0, 0, 0, 0.009)), crowded((0.9, 0.05, 0, 0, 0, 0.011))
    reports = discriminator_report(peaks, torch.stack((few, enough)), CENTRES, SIGMA)
    assert [report["lost modes"] for report in reports] == [30, 8]


def test_a_game_that_lost_nothing_has_no_lost_modes():
    (report,) = discriminator_report(peaks, crowded((1 / 8,) * 8)[None], CENTRES, SIGMA)
    assert math.isnan(report["lost modes"]) and report["best answer"] == 0


def test_samples_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="finite"):
        slope_at(bowl, torch.tensor([[math.nan, 0.0]]))
