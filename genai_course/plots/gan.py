"""Figures of notebook 04: the losses of two players, and which digits a generator draws."""

import math
from collections.abc import Mapping

import torch
from matplotlib.figure import Figure

from genai_course.plots.common import COLOURS, new_figure

HATCHES = ("", "//", "..")


def losses_of_two_players(history: Mapping[str, torch.Tensor], smooth: int = 50) -> Figure:
    """Both losses against the training step, with the values of a discriminator that guesses.

    Args:
        history: Dict with "discriminator_loss" and "generator_loss", 1-d tensors in nats.
        smooth: Width of the moving average in steps; shortened for a short history.

    Returns:
        A matplotlib figure.
    """
    figure, axes = new_figure(size=(6.4, 3.0))
    levels = {"discriminator": ("log 4", math.log(4)), "generator": ("log 2", math.log(2))}
    lines = zip(COLOURS[:2], "-:", levels.items(), strict=True)
    for colour, style, (player, (name, level)) in lines:
        values = torch.as_tensor(history[f"{player}_loss"]).double()
        width = max(1, min(smooth, len(values)))
        curve = values.unfold(0, width, 1).mean(dim=1)
        steps = torch.arange(width, len(values) + 1)
        axes.plot(steps, curve, style, color=colour, label=f"{player}'s loss")
        axes.axhline(level, color=colour, linestyle="--", linewidth=1)
        axes.annotate(name, (1, level), xycoords=("axes fraction", "data"), color=colour)
    axes.set(xlabel="training step", ylabel=f"loss in nats, mean over {smooth} steps")
    axes.set_ylim(0, 2.0)
    axes.legend(loc="lower right")
    return figure


def class_shares(counts: Mapping[str, torch.Tensor]) -> Figure:
    """Bars: which share of each set of images is which digit.

    Args:
        counts: Dict from the name of a set to ten counts, shape (10,).

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: If counts do not have the shape (10,).
    """
    figure, axes = new_figure(size=(6.4, 2.8))
    width = 0.8 / len(counts)
    for i, (name, values) in enumerate(counts.items()):
        values = torch.as_tensor(values).double().cpu()
        if values.shape != (10,):
            raise ValueError(f"{name!r} has counts of shape {tuple(values.shape)}, wanted (10,)")
        places = torch.arange(10) + (i - (len(counts) - 1) / 2) * width
        shares = 100 * values / values.sum().clamp(min=1)
        axes.bar(places, shares, width, label=name, color=COLOURS[i], hatch=HATCHES[i % 3])
    axes.axhline(10, color="gray", linestyle="--", linewidth=1)
    axes.set(xlabel="digit", ylabel="share in percent", xticks=range(10))
    axes.margins(y=0.25)
    axes.legend(ncols=len(counts), loc="upper center")
    return figure
