"""Follow a velocity: three ways to take one step, and a walk of many.

A velocity is a function of points x_t (N, ...) and one time, a number; it returns vectors like x_t.
A step goes from time t to time s, forwards or backwards.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from genai_course.ranges import check_batches

Velocity = Callable[[Tensor, float], Tensor]
Step = Callable[[Velocity, Tensor, float, float], Tensor]


def euler_step(velocity: Velocity, x_t: Tensor, t: float, s: float) -> Tensor:
    """Return x at time s, one step along the velocity at the start: one call, order 1.

    Args:
        velocity: Maps points (N, ...) and a time to vectors like the points.
        x_t: Points at time t.
        t: Time of x_t.
        s: Time to reach.

    Raises:
        ValueError: If x_t is empty or no floats.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", x_t=x_t)
    return x_t + (s - t) * velocity(x_t, t)


def heun_step(velocity: Velocity, x_t: Tensor, t: float, s: float) -> Tensor:
    """Return x at time s, one step along the mean of both ends' velocities: two calls, order 2.

    Args:
        velocity: Maps points (N, ...) and a time to vectors like the points.
        x_t: Points at time t.
        t: Time of x_t.
        s: Time to reach.

    Raises:
        ValueError: If x_t is empty or no floats.

    Source:
        Karras et al. (2022), arXiv:2206.00364, Algorithm 1.
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", x_t=x_t)
    first = velocity(x_t, t)
    second = velocity(x_t + (s - t) * first, s)
    return x_t + (s - t) * (first + second) / 2


def rk4_step(velocity: Velocity, x_t: Tensor, t: float, s: float) -> Tensor:
    """Return x at time s, by one step of the classical Runge-Kutta method: four calls, order 4.

    Args:
        velocity: Maps points (N, ...) and a time to vectors like the points.
        x_t: Points at time t.
        t: Time of x_t.
        s: Time to reach.

    Raises:
        ValueError: If x_t is empty or no floats.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", x_t=x_t)
    h, middle = s - t, (s + t) / 2
    a = velocity(x_t, t)
    b = velocity(x_t + h / 2 * a, middle)
    c = velocity(x_t + h / 2 * b, middle)
    d = velocity(x_t + h * c, s)
    return x_t + h / 6 * (a + 2 * b + 2 * c + d)


@torch.no_grad()
def follow_velocity(
    velocity: Velocity, start: Tensor, num_steps: int, step: Step = euler_step,
    t: float = 1.0, s: float = 0.0,
) -> Tensor:  # fmt: skip
    """Return where a velocity leads from time t to s, in equal steps.

    Args:
        velocity: Maps points (N, ...) and a time to vectors like the points.
        start: Points at time t, shape (N, ...); noise, where t is 1.
        num_steps: Steps of equal length, 1 or more.
        step: `euler_step`, `heun_step` or `rk4_step`.
        t: Time of the start; 1 is noise.
        s: Time of the end; 0 is data.

    Raises:
        ValueError: If start is empty or no floats, or num_steps is below 1.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    if num_steps < 1:
        raise ValueError(f"num_steps is {num_steps}, wanted 1 or more")
    check_batches("(N, ...)", start=start)
    times = [t + (s - t) * k / num_steps for k in range(num_steps + 1)]
    x_t = start
    for before, after in zip(times[:-1], times[1:], strict=True):
        x_t = step(velocity, x_t, before, after)
    return x_t
