"""Figures of the game as a motion: phase planes, distances, where steps contract (notebook 06)."""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.figure import Figure

from genai_course.gan.dirac import (
    alternating_step,
    dirac_field,
    follow,
    jacobian_at,
    simultaneous_step,
    spectral_radius,
)
from genai_course.plots.common import COLOURS, LARGE, new_figure

STYLES = ("-", "--", ":", "-.")
ORDERS = {"simultaneous": simultaneous_step, "alternating": alternating_step}
PORTRAIT_STEPS = 150


def paths_and_distances(
    paths: Mapping[str, torch.Tensor],
    predicted: Mapping[str, torch.Tensor] | None = None,
    legend: str = "upper left",
) -> Figure:
    """Left: paths in the plane of theta and psi. Right: distance from (0, 0) at each step.

    Args:
        paths: Dict from a name to states, shape (T + 1, 2).
        predicted: Dict from a name to predicted distances, shape (T + 1,), drawn dashed in black.
        legend: Where the names stand in the right panel, as matplotlib's `loc`.
    """
    figure, (left, right) = new_figure(1, 2, size=(6.8, 2.8), dpi=LARGE)
    for (name, path), colour in zip(paths.items(), COLOURS, strict=False):
        left.plot(*path.T, color=colour, linewidth=1)
        left.plot(*path[0], "o", color=colour, markersize=5)
        right.plot(path.norm(dim=1), color=colour, label=name)
    for number, values in enumerate((predicted or {}).values()):
        label = "predicted" if number == 0 else None
        right.plot(values, "--", color=COLOURS[6], linewidth=1.2, label=label)
    _mark_equilibrium(left)
    left.set(xlabel="theta, the generator", ylabel="psi, the discriminator")
    left.set_aspect("equal", adjustable="datalim")
    right.set(xlabel="step", ylabel="distance from (0, 0)")
    right.set_ylim(bottom=0)
    right.legend(fontsize=9, loc=legend)
    return figure


def eigenvalues_and_stability(
    gammas: torch.Tensor, eigenvalues: torch.Tensor, lrs: torch.Tensor, radius: torch.Tensor
) -> Figure:
    """Left: real parts of both eigenvalues against gamma. Right: where simultaneous steps shrink.

    Args:
        gammas: Weights of the penalty, shape (K,).
        eigenvalues: Complex eigenvalues of the field's Jacobian, shape (K, 2).
        lrs: Step sizes, shape (L,).
        radius: Spectral radius of a step, shape (L, K).
    """
    figure, (left, right) = new_figure(1, 2, size=(7.2, 2.8), dpi=LARGE)
    slow, fast = eigenvalues.real.amax(dim=1), eigenvalues.real.amin(dim=1)
    left.plot(gammas, slow, color=COLOURS[0], label="slower")
    left.plot(gammas, fast, "--", color=COLOURS[1], label="faster")
    left.axvline(1, color="gray", linestyle=":", linewidth=1)
    left.set(xlabel="gamma", ylabel="real part of the eigenvalue", ylim=(-2, 0.1))
    left.legend(fontsize=9, loc="lower left")
    levels = [0, 0.7, 0.9, 0.97, 1.0, 10]
    shades = ["#0072B2", "#4F9CCB", "#9CC7E2", "#DCECF6", "#F3C6A5"]
    filled = right.contourf(gammas, lrs, radius.clamp(max=5), levels=levels, colors=shades)
    figure.colorbar(filled, ax=right, ticks=levels[1:-1], label="factor a step")
    right.plot(lrs / 4, lrs, "--", color=COLOURS[6], linewidth=2, label="h = 4 gamma")
    right.set(xlabel="gamma", ylabel="step size h", xlim=(0, gammas.max()))
    right.set_title("orange: distances grow")
    right.legend(fontsize=9, loc="upper right")
    return figure


def portrait(lr: float, gamma: float) -> Figure:
    """The field of the Dirac-GAN with R1 and a run in each order of play.

    Args:
        lr: Step size h.
        gamma: Weight of the penalty.
    """
    figure, axes = new_figure(1, 2, size=(6.8, 3.5), dpi=LARGE, sharey=True)
    for axis, order in zip(axes, ORDERS, strict=True):
        _draw_portrait(axis, lr, gamma, order)
        axis.set_xlabel("theta, the generator")
    axes[0].set_ylabel("psi, the discriminator")
    return figure


def portrait_strip(positions: Sequence[tuple[float, float]]) -> Figure:
    """`portrait` with simultaneous steps for several (lr, gamma), for readers without a kernel."""
    figure, axes = new_figure(1, len(positions), size=(7.6, 2.4), dpi=LARGE, sharey=True)
    for axis, (lr, gamma) in zip(axes, positions, strict=True):
        factor = _draw_portrait(axis, lr, gamma, "simultaneous")
        axis.set_title(f"h = {lr}\ngamma = {gamma}\nfactor {factor:.3f}", fontsize=9)
        axis.set_xlabel("theta")
    axes[0].set_ylabel("psi")
    return figure


def distances_over_seeds(steps: torch.Tensor, runs: Mapping[str, torch.Tensor]) -> Figure:
    """One panel an arm: distance from the data, mean and range of the seeds, and one of them.

    Args:
        steps: Steps at which the distance was measured, shape (T,).
        runs: Dict from a name to distances, shape (seeds, T).
    """
    figure, axes = new_figure(1, len(runs), size=(8.8, 2.4), dpi=LARGE, sharey=True)
    for axis, (name, distances), colour in zip(axes, runs.items(), COLOURS, strict=False):
        low, high = distances.aminmax(dim=0)
        axis.fill_between(steps, low, high, color=colour, alpha=0.25, linewidth=0, label="range")
        axis.semilogy(steps, distances[0], color=COLOURS[6], linewidth=0.6, label="one seed")
        axis.semilogy(steps, distances.mean(dim=0), color=colour, linewidth=2, label="mean")
        axis.set_title(name, fontsize=10)
        axis.set_xlabel("step")
    axes[0].set_ylabel("distance from the data")
    axes[-1].legend(fontsize=8)
    return figure


def network_portraits(paths: Mapping[str, torch.Tensor], labels: tuple[str, str]) -> Figure:
    """One panel a run: a number of the generator against one of the discriminator, over time.

    Args:
        paths: Dict from a name to shape (T, 2); the path darkens with time.
        labels: Name of the horizontal and of the vertical axis.
    """
    figure, axes = new_figure(1, len(paths), size=(6.8, 2.8), dpi=LARGE, sharex=True, sharey=True)
    for axis, (name, path) in zip(axes, paths.items(), strict=True):
        axis.plot(*path.T, color="gray", linewidth=0.7)
        dots = axis.scatter(*path.T, c=torch.arange(len(path)), cmap="viridis_r", s=9, zorder=2)
        axis.plot(*path[-1], "s", color=COLOURS[1], markersize=7, label="end")
        _mark_equilibrium(axis)
        axis.set(title=name, xlabel=labels[0])
    axes[0].set_ylabel(labels[1])
    axes[0].legend(fontsize=9)
    bar = figure.colorbar(dots, ax=axes, ticks=[0, len(path) - 1], label="time")
    bar.ax.set_yticklabels(["start", "end"])
    return figure


def momentum_and_average(
    betas: torch.Tensor,
    factors: Mapping[str, torch.Tensor],
    decays: torch.Tensor,
    predicted: torch.Tensor,
    measured: torch.Tensor,
) -> Figure:
    """Left: factor a step against momentum. Right: how much of a circle an average keeps.

    Args:
        betas: Momentum, shape (K,).
        factors: Dict from a name to the spectral radius, shape (K,).
        decays: Decay of the average, shape (L,).
        predicted: Share of the circle's radius that is left, shape (L,).
        measured: The same from a run, shape (L,).
    """
    figure, (left, right) = new_figure(1, 2, size=(6.8, 2.6), dpi=LARGE)
    for (name, values), style in zip(factors.items(), STYLES, strict=False):
        left.plot(betas, values, style, label=name)
    left.axhline(1, color="gray", linewidth=1)
    left.set(xlabel="momentum beta", ylabel="factor a step")
    left.legend(fontsize=9)
    right.loglog(1 - decays, predicted, "--", color=COLOURS[6], label="predicted")
    right.loglog(1 - decays, measured, "o", color=COLOURS[1], label="run")
    right.invert_xaxis()
    right.set(xlabel="1 - decay  (longer memory to the right)", ylabel="radius that is left")
    right.legend(fontsize=9)
    return figure


def _draw_portrait(axis, lr, gamma, order):
    """Arrows, a run of `PORTRAIT_STEPS` steps, and a title; return the factor a step."""
    field = partial(dirac_field, gamma=gamma)
    step = partial(ORDERS[order], field=field, lr=lr)
    ticks = torch.linspace(-2, 2, 7, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(ticks, ticks, indexing="xy"), dim=-1)
    places, arrows = grid.unbind(-1), field(grid).unbind(-1)
    axis.quiver(*(t.numpy() for t in (*places, *arrows)), color="silver", width=0.006)
    path = follow(step, torch.tensor([1.0, 0.0], dtype=torch.float64), PORTRAIT_STEPS)
    axis.plot(*path.T, ".-", color=COLOURS[0], linewidth=0.8, markersize=3)
    axis.plot(*path[0], "o", color=COLOURS[1])
    _mark_equilibrium(axis)
    factor = spectral_radius(jacobian_at(step, torch.zeros(2, dtype=torch.float64))).item()
    axis.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), title=f"{order}: factor {factor:.3f} a step")
    axis.set_aspect("equal")
    return factor


def _mark_equilibrium(axis):
    axis.plot(0, 0, "x", color=COLOURS[6], markersize=8, markeredgewidth=2)
