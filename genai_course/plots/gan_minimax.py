"""Figures of the ideal game and of the one-dimensional GAN (notebook 03)."""

import math
from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from genai_course.gan.theory import js_divergence, optimal_discriminator
from genai_course.gan.toy import normal_density, two_bumps_density
from genai_course.plots.common import COLOURS, LARGE, new_figure

REAL, FAKE, JUDGE = COLOURS[0], COLOURS[1], COLOURS[6]
GRID = torch.linspace(-8, 8, 1601, dtype=torch.float64)


def paired_guess(x_real: torch.Tensor, x_guess: torch.Tensor) -> Figure:
    """Histograms of the data and of what a generator trained on random pairs produces.

    Args:
        x_real: Data, shape (N, 1).
        x_guess: Generated numbers, shape (N, 1).
    """
    figure, axes = new_figure(size=(6.4, 2.8), dpi=LARGE)
    bins = torch.linspace(-3, 3, 61).tolist()
    for values, colour, name in ((x_real, REAL, "data"), (x_guess, FAKE, "generated")):
        axes.hist(values[:, 0].numpy(), bins, density=True, color=colour, alpha=0.6, label=name)
    axes.set(xlabel="x", ylabel="density", ylim=(0, 1.5))
    axes.legend()
    return figure


def pointwise_value(pairs: Sequence[tuple[float, float]]) -> Figure:
    """Curves of p log D + q log(1 - D) against D, with the highest point of each marked.

    Args:
        pairs: List of (p, q), two positive numbers each.
    """
    figure, axes = new_figure(size=(6.4, 3.0), dpi=LARGE)
    d = torch.linspace(0.005, 0.995, 199, dtype=torch.float64)
    for (p, q), colour, style in zip(pairs, COLOURS, ("-", "--", ":"), strict=False):
        curve = p * d.log() + q * (1 - d).log()
        best = p / (p + q)
        top = p * math.log(best) + q * math.log(1 - best)
        axes.plot(d, curve, style, color=colour, label=f"p = {p}, q = {q}")
        axes.plot(best, top, "o", color=colour)
    axes.set(xlabel="D(x)", ylabel="p log D + q log(1 - D)  (nats)", ylim=(-2, 0), xlim=(0, 1))
    axes.legend(loc="lower center")
    return figure


def jsd_against_distance(
    distances: torch.Tensor, curves: Mapping[str, tuple[torch.Tensor, torch.Tensor]]
) -> Figure:
    """Left: JSD against the distance of two bumps. Right: its slope.

    Args:
        distances: Shape (K,).
        curves: Dict from a name to (JSD in nats, slope in nats per unit), each of shape (K,).
    """
    figure, (left, right) = new_figure(1, 2, size=(7.6, 3.0), dpi=LARGE)
    for (name, (values, slopes)), style in zip(curves.items(), ("-", "--"), strict=False):
        left.plot(distances, values, style, label=name)
        right.plot(distances, slopes, style, label=name)
    left.axhline(math.log(2), color="gray", linestyle=":", linewidth=1)
    left.text(0.1, math.log(2) + 0.015, "log 2", color="gray")
    left.set(xlabel="distance", ylabel="JSD (nats)", ylim=(0, 0.78))
    right.set(xlabel="distance", ylabel="slope (nats per unit)")
    left.legend(loc="lower right")
    return figure


def losses_against_logit() -> Figure:
    """Left: both generator losses against the logit of a fake. Right: the size of their slopes."""
    figure, (left, right) = new_figure(1, 2, size=(7.6, 3.0), dpi=LARGE)
    a = torch.linspace(-8, 8, 161)
    left.plot(a, -torch.nn.functional.softplus(a), color=COLOURS[0], label="saturating")
    left.plot(a, torch.nn.functional.softplus(-a), "--", color=COLOURS[1], label="non-saturating")
    right.plot(a, torch.sigmoid(a), color=COLOURS[0])
    right.plot(a, 1 - torch.sigmoid(a), "--", color=COLOURS[1])
    left.set(xlabel="logit a of a fake", ylabel="loss (nats)")
    right.set(xlabel="logit a of a fake", ylabel="size of the slope")
    right.axvspan(-8, -4, color="gray", alpha=0.12)
    right.text(-6, 0.5, "bad fakes:\nD is sure", ha="center", va="center", fontsize=9)
    left.legend(loc="upper right")
    return figure


def snapshots(x: torch.Tensor, frames: Sequence[Mapping]) -> Figure:
    """One column a moment of the training: densities above, D and D* below.

    Args:
        x: Middles of the bins, shape (K,).
        frames: List of dicts with "title", "q" (density of fakes, shape (K,)) and "d" (the
            network's D at x, shape (K,)).
    """
    figure, axes = new_figure(2, len(frames), size=(8.4, 3.8), dpi=LARGE, sharex=True, sharey="row")
    p = two_bumps_density(x)
    for top, bottom, frame in zip(axes[0], axes[1], frames, strict=True):
        seen = (p + frame["q"]) > 0.01
        best = optimal_discriminator(p, frame["q"])[seen]
        top.plot(x, p, color=REAL, label="p, real")
        top.plot(x, frame["q"], "--", color=FAKE, label="q, fake")
        if frame["q"].max() > 1.25:  # it leaves the panel
            say = f"up to {frame['q'].max():.1f}"
            top.annotate(say, (0.97, 0.9), xycoords="axes fraction", ha="right", color=FAKE)
        bottom.plot(x[seen], best, color="gray", linewidth=4, alpha=0.5, label="D* = p/(p+q)")
        bottom.plot(x[seen], frame["d"][seen], color=JUDGE, linewidth=1.2, label="D, network")
        top.set(title=frame["title"], ylim=(0, 1.25), xlim=(-3, 3))
        bottom.set(xlabel="x", ylim=(0, 1))
    axes[0, 0].set_ylabel("density")
    axes[1, 0].set_ylabel("probability of real")
    axes[0, -1].legend(loc="upper right", fontsize=8)
    axes[1, -1].legend(loc="lower center", fontsize=8)
    return figure


def vanishing_pull(
    exact: Mapping[str, tuple],
    measured: Mapping[str, tuple],
    paths: Mapping[str, torch.Tensor],
    blurred: Mapping[str, tuple],
) -> Figure:
    """The pull on the generator by distance, where each loss leads, and the pull by the blur.

    Args:
        exact: Dict from loss name to (distances, pulls): with the best discriminator.
        measured: Dict from loss name to (distances, pulls): with trained networks, one point each.
        paths: Dict from loss name to the distance after each step, shape (steps + 1,).
        blurred: Dict from loss name to (blurs, pulls), for two boxes that share nothing.
    """
    figure, (left, middle, right) = new_figure(1, 3, size=(9.6, 3.2), dpi=LARGE)
    for i, name in enumerate(exact):
        style = ("-", "--")[i]
        left.semilogy(*exact[name], style, color=COLOURS[i], label=f"{name}, best D")
        left.semilogy(*measured[name], "ox"[i], color=COLOURS[i], label=f"{name}, trained D")
        middle.plot(paths[name], style, color=COLOURS[i], label=name)
        right.loglog(*blurred[name], style, color=COLOURS[i], marker=".", label=name)
    left.set(xlabel="distance between the bumps", ylabel="size of the gradient")
    middle.set(xlabel="gradient step", ylabel="distance left")
    right.set(xlabel="blur of two boxes apart", ylabel="size of the gradient", ylim=(1e-4, 2e3))
    right.set_xticks(blurred[name][0], [f"{blur:g}" for blur in blurred[name][0]])
    right.xaxis.set_minor_locator(NullLocator())
    right.invert_xaxis()
    left.legend(fontsize=8, loc="lower left")
    middle.legend(fontsize=8, loc="center right")
    return figure


def minimax_figure(mean: float, sigma: float) -> Figure:
    """Real N(0, 1), fake N(mean, sigma^2), the best discriminator, V and JSD."""
    figure, axes = new_figure(2, 1, size=(6.4, 4.4), dpi=LARGE, sharex=True)
    _draw_game(axes, mean, sigma)
    axes[0].legend(loc="upper left")
    axes[1].legend(loc="lower left")
    return figure


def minimax_strip(positions: Sequence[tuple[float, float]]) -> Figure:
    """`minimax_figure` for several (mean, sigma) side by side, for readers without a kernel."""
    figure, axes = new_figure(
        2, len(positions), size=(8.6, 3.6), dpi=LARGE, sharex=True, sharey="row"
    )
    for column, (mean, sigma) in zip(axes.T, positions, strict=True):
        _draw_game(column, mean, sigma)
        column[0].set_title(column[0].get_title().replace("   ", "\n"), fontsize=9)
    for later in axes[:, 1:].flat:
        later.set_ylabel("")
    axes[0, 0].legend(loc="upper right", fontsize=8)
    axes[1, 0].legend(loc="lower right", fontsize=8)
    return figure


def _draw_game(axes, mean, sigma):
    p, q = normal_density(GRID, 0.0, 1.0), normal_density(GRID, mean, sigma)
    spacing = (GRID[1] - GRID[0]).item()
    jsd = js_divergence(p * spacing, q * spacing).item()
    axes[0].plot(GRID, p, color=REAL, label="p, real")
    axes[0].plot(GRID, q, "--", color=FAKE, label="q, fake")
    axes[0].set(ylabel="density", ylim=(0, 0.85), xlim=(-6, 6))
    axes[0].set_title(f"V(D*) = {2 * jsd - math.log(4):.3f}   JSD = {jsd:.3f} nats")
    axes[1].plot(GRID, optimal_discriminator(p, q), color=JUDGE, label="D*")
    axes[1].axhline(0.5, color="gray", linestyle=":", linewidth=1, label="cannot tell")
    axes[1].set(xlabel="x", ylabel="D*(x)", ylim=(0, 1))
