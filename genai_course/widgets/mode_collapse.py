"""Scrub through the training of several games on the ring: which game, which seed, which moment."""

from collections.abc import Mapping, Sequence

from ipywidgets import IntSlider, SelectionSlider
from torch import Tensor

from genai_course.evaluation.modes import mode_shares
from genai_course.plots.common import png_bytes
from genai_course.plots.mode_collapse import one_frame
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders


def frame_picture(samples: Tensor, centres: Tensor, title: str, points: int = 400) -> bytes:
    """Draw one snapshot, shape (n, 2), with the shares of its modes; return PNG bytes."""
    return png_bytes(one_frame(samples[:points], centres, mode_shares(samples, centres), title))


def scrub(games: Mapping[str, Tensor], steps: Sequence[int], centres: Tensor) -> PictureWithSliders:
    """Three sliders, game, seed and moment, above the samples of that moment.

    Args:
        games: Dict from a name to samples, shape (T, S, n, 2), T and S alike in all.
        steps: T training steps.
        centres: Centres of the modes, shape (K, 2).

    Raises:
        ValueError: If the games differ in the number of snapshots or seeds.
    """
    shapes = {tuple(samples.shape[:2]) for samples in games.values()}
    if len(shapes) != 1 or len(steps) != next(iter(shapes))[0]:
        raise ValueError(f"games of {sorted(shapes)} snapshots and seeds, {len(steps)} steps")
    num_seeds = next(iter(shapes))[1]

    def draw(game, seed, moment):
        title = f"{game}, seed {seed}, step {steps[moment]}"
        return frame_picture(games[game][moment, seed], centres, title)

    sliders = {
        "game": SelectionSlider(options=list(games), description="game"),
        "seed": IntSlider(value=0, min=0, max=num_seeds - 1, description="seed"),
        "moment": IntSlider(value=0, min=0, max=len(steps) - 1, description="moment"),
    }
    return picture_with_sliders(draw, sliders, width="460px")
