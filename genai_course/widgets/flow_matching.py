"""Widgets of notebook 15: a cloud that flows, by steps and time; a digit, asked for by guidance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from ipywidgets import IntSlider, SelectionSlider
from torch import Tensor

from genai_course.flow.solvers import Velocity, euler_step
from genai_course.plots.common import png_bytes
from genai_course.plots.flow_matching import drawn_digit, flow_moment
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders

PLACES = 20  # positions of the slider from noise, t = 1, to data
NUMBERS = (1, 2, 4, 8, 32)
GUIDANCES = tuple(w / 2 for w in range(9))  # 0 to 4


@torch.no_grad()
def places_until(velocity: Velocity, start: Tensor, num_steps: int, t: float) -> Tensor:
    """Return the places of points on their way from noise to time t, shape (K, n, 2), noise first.

    The way goes by Euler's steps, of length 1 / num_steps; the last one ends at t, wherever in
    the step that is.

    Args:
        velocity: Maps points (n, 2) and a time to vectors like the points.
        start: Noise, shape (n, 2).
        num_steps: Steps of the whole way, 1 or more.
        t: Time, 0 (data) to 1 (noise).
    """
    ends = [k / num_steps for k in range(num_steps, 0, -1)]
    times = [end for end in ends if end > t] + [t]
    stops = [start]
    for before, after in zip(times[:-1], times[1:], strict=True):
        stops.append(euler_step(velocity, stops[-1], before, after))
    return torch.stack(stops)


def flow_explorer(
    velocity: Velocity, start: Tensor, centres: Tensor, numbers: Sequence[int] = NUMBERS
) -> PictureWithSliders:
    """Return sliders for the number of Euler steps and the time, above the points at that time.

    Args:
        velocity: Maps points (n, 2) and a time to vectors like the points: a `mixture_velocity`,
            or that of a network.
        start: Noise, shape (n, 2).
        centres: Centres of the modes, shape (K, 2).
        numbers: Numbers of steps to choose from, each 1 or more.

    Raises:
        ValueError: If there is no number of steps, or one below 1.
    """
    if not numbers or min(numbers) < 1:
        raise ValueError(f"numbers of steps are {list(numbers)}, wanted some, each 1 or more")

    def draw(steps, t):
        title = f"{steps} Euler step{'s' if steps > 1 else ''}, t = {t:.2f}"
        return png_bytes(flow_moment(places_until(velocity, start, steps, t), centres, title))

    times = [(f"{k / PLACES:.2f}", k / PLACES) for k in range(PLACES, -1, -1)]
    sliders = {
        "steps": SelectionSlider(options=list(numbers), value=numbers[0], description="steps"),
        "t": SelectionSlider(options=times, value=1.0, description="t"),
    }
    return picture_with_sliders(draw, sliders, width="400px")


def guidance_explorer(
    draw: Callable[[Tensor, float], Tensor], count: int = 5
) -> PictureWithSliders:
    """Return sliders for the digit and the guidance w, above a row of digits drawn by them.

    Args:
        draw: Maps labels (n,) and w to images (n, 1, H, W) in [0, 1]. It had better start from the
            same noise each time: then moving a slider shows what that slider changes.
        count: Images in the row.
    """

    def picture(digit, w):
        with torch.no_grad():
            images = draw(torch.full((count,), digit), w)
        return png_bytes(drawn_digit(images, digit, w))

    sliders = {
        "digit": IntSlider(value=7, min=0, max=9, description="digit"),
        "w": SelectionSlider(options=list(GUIDANCES), value=0.0, description="w"),
    }
    return picture_with_sliders(picture, sliders, width="360px")
