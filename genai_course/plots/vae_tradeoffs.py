"""Figures of notebook 11: bounds, their gaps, rate and distortion, dying dimensions."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure

from genai_course.plots.common import COLOURS, GREYS, LARGE, new_figure, tile


def bound_ladder(sizes: Sequence[int], gaps: Sequence[float], errors: Sequence[float]) -> Figure:
    """How far the importance-weighted bound is from the exact likelihood, against k.

    Args:
        sizes: Numbers of samples k, increasing.
        gaps: log p(x) minus the bound, in nats, one for each k.
        errors: Standard errors of the gaps.
    """
    figure, axes = new_figure(size=(5.6, 3.0))
    axes.errorbar(sizes, gaps, yerr=errors, marker="o", capsize=3, label="log p(x) - bound")
    axes.axhline(0, color="gray", linestyle="--", linewidth=1, label="exact, by quadrature")
    axes.set_xscale("log")
    axes.set_xticks(list(sizes), [str(k) for k in sizes])
    axes.minorticks_off()
    axes.set(xlabel="samples k in the bound", ylabel="gap  [nats per image]")
    axes.legend()
    return figure


def gaps_and_sizes(effective: torch.Tensor, gaps: torch.Tensor, images: torch.Tensor) -> Figure:
    """The gap of each image against its effective sample size; those of the largest gaps, drawn.

    Args:
        effective: Effective sample sizes, shape (N,), positive.
        gaps: log p(x) minus the bound, nats, shape (N,).
        images: The images of the largest gaps, largest first, shape (M, 1, H, W), M below N.
    """
    count = len(images)
    ratios = [4 + count] + count * [1.6]
    figure, places = new_figure(1, 1 + count, size=(8.4, 3.2), dpi=LARGE, width_ratios=ratios)
    order = torch.as_tensor(gaps).argsort(descending=True)
    x, y = (torch.as_tensor(t)[order].tolist() for t in (effective, gaps))
    places[0].plot(x[count:], y[count:], "o", markersize=4, alpha=0.5, label="one test image")
    places[0].plot(x[:count], y[:count], "D", color=COLOURS[1], label="largest gaps, drawn")
    places[0].axhline(0, color="gray", linestyle="--", linewidth=1, label="exact, by quadrature")
    places[0].set(xscale="log", xlabel="effective sample size  [samples]")
    places[0].set_ylabel("log p(x) - bound  [nats]")
    places[0].legend()
    for place, image, size, gap in zip(places[1:], images, x, y, strict=False):
        place.imshow(tile(image[None], 1), cmap=GREYS, vmin=0, vmax=1, interpolation="nearest")
        place.set(xticks=[], yticks=[], xlabel=f"{gap:.1f} nats\n{size:.1f} effective")
    return figure


def rate_distortion(
    rates: Sequence[float], distortions: Sequence[float], betas: Sequence[float]
) -> Figure:
    """One point for each beta: what the code costs and what the copy lacks.

    Args:
        rates: Mean KL in nats, one for each beta.
        distortions: Reconstruction loss in nats, one for each beta.
        betas: The weights, as labels.
    """
    figure, axes = new_figure(size=(5.6, 3.2))
    axes.plot(rates, distortions, "-o", color=COLOURS[0])
    for rate, distortion, beta in zip(rates, distortions, betas, strict=True):
        place = (6, 9) if beta > 100 else (8, -3)  # the ends of the curve lie close together
        axes.annotate(f"beta = {beta:g}", (rate, distortion), place, textcoords="offset points")
    axes.set(xlabel="rate R  [nats per image]", ylabel="distortion D  [nats per image]")
    axes.margins(x=0.15)
    return figure


def surviving_axes(
    eigenvalues: torch.Tensor, levels: Mapping[float, float], measured: Mapping[float, torch.Tensor]
) -> Figure:
    """Eigenvalues against the noise level that kills them, and what the trained codes carry.

    Args:
        eigenvalues: Variances of the data along the principal axes, falling.
        levels: Dict from beta to beta times the noise variance.
        measured: Dict from beta to the variance of each posterior mean, sorted, falling.
    """
    figure, (left, right) = new_figure(1, 2, size=(7.6, 3.0))
    eigenvalues = [float(value) for value in eigenvalues]
    places = range(1, len(eigenvalues) + 1)
    left.bar(places, eigenvalues, color="lightgray")
    left.set(xlabel="principal axis", ylabel="variance of the data")
    for i, (beta, level) in enumerate(levels.items()):
        style = dict(color=COLOURS[i], marker="osv"[i % 3])
        left.axhline(level, color=COLOURS[i], linestyle="--", label=f"beta = {beta:.3g}")
        theory = [max(0.0, 1 - level / value) for value in eigenvalues]
        right.plot(places, theory, color=COLOURS[i], linewidth=1)
        marks = [float(value) for value in measured[beta]]
        right.plot(range(1, len(marks) + 1), marks, linestyle="", **style)
    left.set_yscale("log")
    left.legend(title="beta times noise", loc="lower left", frameon=True)
    right.set(xlabel="latent dimension, sorted", ylabel="variance of its mean", ylim=(-0.03, 1))
    right.set_title("lines: theory; marks: trained")
    return figure


def price_lists(prices: Mapping[str, torch.Tensor]) -> Figure:
    """The sorted KL of the latent dimensions, one line for each way of training.

    Args:
        prices: Dict from a name to the KL of each dimension in nats, shape (latent_dim,).
    """
    figure, axes = new_figure(size=(6.0, 3.0))
    for (name, price), style in zip(prices.items(), ("-", "--", ":"), strict=False):
        values = torch.as_tensor(price).sort(descending=True).values.cpu()
        axes.plot(range(1, len(values) + 1), values.tolist(), style, linewidth=2, label=name)
    axes.set(xlabel="latent dimension, sorted", ylabel="KL  [nats]", ylim=(0, None))
    axes.legend()
    return figure


def pixel_densities(x: torch.Tensor, curves: Mapping[str, torch.Tensor]) -> Figure:
    """Densities or pseudo-densities of one grey pixel.

    Args:
        x: Grey values, shape (N,).
        curves: Dict from a name to its values, shape (N,).
    """
    figure, axes = new_figure(size=(5.6, 2.9))
    for (name, values), style in zip(curves.items(), ("-", "--", ":"), strict=False):
        axes.plot(x.tolist(), values.tolist(), style, linewidth=2, label=name)
    axes.set(xlabel="grey value x of a pixel", ylabel="weight at x", ylim=(0, None))
    axes.legend()
    return figure
