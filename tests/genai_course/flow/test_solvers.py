"""Solvers against solutions that are known, and what they ask for on the way."""

import math

import pytest
import torch

from genai_course.flow.solvers import euler_step, follow_velocity, heun_step, rk4_step

ORDERS = {euler_step: (1, 1), heun_step: (2, 2), rk4_step: (4, 4)}  # order, calls a step


def turning(x, t):
    """Growth that depends on time and place: x' = x cos t, solved by x(0) exp(sin t)."""
    return x * math.cos(t)


def end(step, num_steps, t=1.0, s=0.0):
    return follow_velocity(turning, torch.tensor([[2.0]]).double(), num_steps, step, t, s).item()


@pytest.mark.parametrize("step", ORDERS)
@pytest.mark.parametrize(("t", "s"), [(1.0, 0.0), (0.0, 1.0), (0.7, 0.2)])
def test_twice_as_many_steps_divide_the_error_by_two_to_the_order(step, t, s):
    exact = 2 * math.exp(math.sin(s) - math.sin(t))
    coarse, fine = (abs(end(step, n, t, s) - exact) for n in (20, 40))
    assert math.log2(coarse / fine) == pytest.approx(ORDERS[step][0], abs=0.15)


@pytest.mark.parametrize("step", ORDERS)
def test_a_step_calls_as_often_as_it_says_within_its_own_time(step):
    seen = []
    step(lambda x, t: seen.append(t) or x, torch.ones(2, 3), 0.8, 0.4)
    assert len(seen) == ORDERS[step][1] and seen[0] == 0.8
    assert min(seen) == pytest.approx(0.8 if step is euler_step else 0.4)


def test_a_heun_step_by_hand():
    """x' = x + t from x = 1 at t = 0 to 0.5: slopes 1 and 1.5 + 0.5."""
    got = heun_step(lambda x, t: x + t, torch.tensor([[1.0]]), 0.0, 0.5)
    assert got.item() == pytest.approx(1 + 0.5 * (1 + 2) / 2)


def test_rk4_is_exact_for_cubic_growth_in_time():
    got = rk4_step(lambda x, t: 4 * t**3 + 0 * x, torch.zeros(1, 1).double(), 0.0, 2.0)
    assert got.item() == pytest.approx(16)


def test_the_walk_goes_from_noise_to_data_by_euler_unless_told_otherwise():
    seen = []
    end = follow_velocity(
        lambda x, t: seen.append(t) or torch.ones_like(x), torch.zeros(2, 1, 3, 3), 4
    )
    assert seen == pytest.approx([1.0, 0.75, 0.5, 0.25])
    torch.testing.assert_close(end, -torch.ones(2, 1, 3, 3))


def test_no_graph_is_kept_and_the_start_is_left_alone():
    scale, start = torch.ones(1, requires_grad=True), torch.ones(3, 2)
    assert not follow_velocity(lambda x, t: scale * x, start, 2).requires_grad
    assert torch.equal(start, torch.ones(3, 2))


@pytest.mark.parametrize("step", ORDERS)
def test_no_points_are_refused(step):
    with pytest.raises(ValueError, match="there are no x_t"):
        step(turning, torch.zeros(0, 2), 1.0, 0.0)


def test_no_steps_and_no_start_are_refused():
    with pytest.raises(ValueError, match="num_steps is 0, wanted 1 or more"):
        follow_velocity(turning, torch.ones(1, 1), 0)
    with pytest.raises(ValueError, match="there are no start"):
        follow_velocity(turning, torch.ones(0, 1), 1)
