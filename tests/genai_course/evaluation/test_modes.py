"""The rulers for modes against samples whose flaw is known, and against loops written apart."""

import math

import pytest
import torch

from genai_course.data import ring_centres
from genai_course.evaluation import modes

CENTRES, SIGMA = ring_centres(8, 2.0), 0.05


def on_modes(which, per_mode=500, spread=1.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(len(which), per_mode, 2, generator=generator)
    return (CENTRES[which][:, None] + spread * SIGMA * noise).flatten(0, 1)


def test_a_perfect_sampler_meets_ceiling_floor_and_spread():
    report = modes.mode_report(on_modes(list(range(8)), 5000), CENTRES, SIGMA)
    assert report["modes"] == report["modes_kept"] == 8
    assert abs(report["quality"] - modes.CEILING) < 0.002
    assert abs(report["spread"] - modes.PERFECT_SPREAD) < 0.01
    assert report["kl"] < 1e-4


def test_the_constants_are_the_closed_forms():
    tail = math.exp(-4.5)
    assert abs(modes.CEILING - (1 - tail)) < 1e-5
    assert abs(modes.PERFECT_SPREAD - math.sqrt(1 - 4.5 * tail / (1 - tail))) < 1e-4


@pytest.mark.parametrize(("spread", "wanted"), [(0.5, 0.5), (0.1, 0.1), (0.0, 0.0)])
def test_spread_is_that_of_tight_samples(spread, wanted):
    report = modes.mode_report(on_modes([0, 3], 2000, spread), CENTRES, SIGMA)
    assert abs(report["spread"] - wanted) < 0.02
    assert report["quality"] == 1.0


def test_spread_is_taken_around_the_own_mean_of_each_mode():
    moved = on_modes([0, 3], 2000, 0.2) + SIGMA * torch.tensor([1.0, -1.0])
    assert abs(modes.within_mode_spread(moved, CENTRES, SIGMA) - 0.2) < 0.02


def test_one_mode_and_two_modes():
    one = modes.mode_report(on_modes([5]), CENTRES, SIGMA)
    two = modes.mode_report(on_modes([1, 6]), CENTRES, SIGMA)
    assert one["modes"] == 1 and abs(one["kl"] - math.log(8)) < 1e-9
    assert two["modes"] == 2 and abs(two["kl"] - math.log(4)) < 0.01


def test_samples_between_modes_reach_none():
    between = (CENTRES + CENTRES.roll(1, 0)).repeat(10, 1) / 2
    report = modes.mode_report(between, CENTRES, SIGMA)
    assert report["modes"] == report["modes_kept"] == 0 and report["quality"] == 0
    assert report["kl"] == math.log(8) and math.isnan(report["spread"])


def test_a_stray_reaches_a_mode_but_does_not_keep_it():
    samples = torch.cat((on_modes([0], 995, 0.1), CENTRES[1:6]))
    report = modes.mode_report(samples, CENTRES, SIGMA)
    assert report["modes"] == 6 and report["modes_kept"] == 1


def test_counts_use_a_disc_of_three_sigma():
    step = SIGMA * torch.tensor([[2.9, 0.0], [3.1, 0.0], [2.5, 2.5], [0.0, -2.9]])
    counts = modes.mode_counts(CENTRES[2] + step, CENTRES, SIGMA)
    assert counts.tolist() == [0, 0, 2, 0, 0, 0, 0, 0]


def test_counts_and_shares_agree_with_a_loop():
    samples = 1.5 * torch.randn(300, 2, generator=torch.Generator().manual_seed(1))
    samples = torch.cat((samples, on_modes([0, 7], 20)))
    counts, nearest = [0] * 8, [0] * 8
    for x in samples.tolist():
        gaps = [math.dist(x, c) for c in CENTRES.tolist()]
        nearest[gaps.index(min(gaps))] += 1
        counts[gaps.index(min(gaps))] += min(gaps) < 3 * SIGMA
    assert modes.mode_counts(samples, CENTRES, SIGMA).tolist() == counts
    assert torch.allclose(modes.mode_shares(samples, CENTRES), torch.tensor(nearest) / len(samples))


def shares(*dominant, top=0.9):
    """Rows in which one of four modes holds `top` and the rest is shared."""
    rows = torch.full((len(dominant), 4), (1 - top) / 3)
    rows[range(len(dominant)), list(dominant)] = top
    return rows


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (shares(1, 1, 1, 1, 1), 0.0),
        (shares(0, 1, 2, 3, 0), 1.0),
        (shares(0, 0, 1, 1, 1), 0.25),
        (shares(0, 1, 2, 3, 0, top=0.45), 0.0),  # the largest, but no majority
        (torch.full((5, 4), 0.25), 0.0),
    ],
)
def test_hopping(rows, wanted):
    assert modes.hopping(rows) == pytest.approx(wanted)


def test_hopping_needs_a_majority_before_and_after():
    rows = torch.cat((shares(0), shares(1, top=0.45), shares(2)))
    assert modes.hopping(rows) == 0.0


def test_a_mode_is_kept_by_its_share_of_all_samples_not_of_the_good_ones():
    centres = torch.tensor([[0.0, 0.0], [10.0, 0.0]])
    astray = torch.full((992, 2), 99.0)
    samples = torch.cat((centres.repeat(4, 1), astray))  # 4 of 1,000 on each mode
    report = modes.mode_report(samples, centres, 0.1)
    assert report["modes"] == 2 and report["modes_kept"] == 0
    assert modes.mode_report(samples, centres, 0.1, minimum_share=0.004)["modes_kept"] == 2


def test_the_mean_of_a_mode_costs_one_degree_of_freedom_a_direction():
    samples = torch.tensor([[-0.1, 0.0], [0.1, 0.0]])
    spread = modes.within_mode_spread(samples, torch.zeros(1, 2), 0.1)
    assert spread == pytest.approx(1.0)  # 0.02 / ((2 - 1) * 2), its root, over 0.1
