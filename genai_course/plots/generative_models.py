"""Figures of notebook 01: divergences on the line, the family tree, masks."""

from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genai_course.divergences import grid_kl, log_normal, log_two_bumps, three_fits
from genai_course.plots.common import COLOURS, LARGE, new_figure

LOOKS: dict[
    str, dict
] = {  # JSD often ends where one of the others does, so it is drawn broad and pale
    "forward KL": {"color": COLOURS[1], "linestyle": "--"},
    "reverse KL": {"color": COLOURS[2], "linestyle": "-."},
    "JSD": {"color": COLOURS[3], "linewidth": 5, "alpha": 0.45, "zorder": 1},
}
ROOT = (0.5, 0.88, "generative models\n draw x from p(x)", 6)
BRANCHES = (
    (0.2, 0.53, "p(x) can be computed\nexactly", 0),
    (0.6, 0.53, "p(x) is bounded\nfrom below", 5),
    (0.9, 0.53, "no p(x),\nsamples only", 3),
)
LEAVES = (
    (0.07, "closed form\nGaussian,\nmixture", 0, "01"),
    (0.215, "auto-\nregressive\nMADE", 0, "01"),
    (0.345, "flow\n(invertible\nnetwork)", 0, "later"),
    (0.515, "VAE\n(hidden\ncause)", 1, "09 to 11"),
    (0.685, "diffusion\n(step by step\nfrom noise)", 1, "later"),
    (0.9, "adversarial\nGAN", 2, "03 to 08"),
)


def fits_figure(distance: float, share: float) -> Figure:
    """Two bumps, and the Gaussians nearest to them by forward KL, reverse KL and JSD.

    Args:
        distance: Between the bumps, 0 to 6.
        share: Probability of the left bump, between 0 and 1.
    """
    figure, axes = new_figure(size=(6.4, 3.4), dpi=LARGE)
    draw_fits(axes, distance, share, with_values=True)
    axes.legend(loc="upper left", fontsize=9)
    return figure


def fits_strip(places: Sequence[tuple[float, float]]) -> Figure:
    """`fits_figure` for several (distance, share) side by side, for readers without a kernel."""
    figure, panels = new_figure(1, len(places), size=(8.6, 2.6), dpi=LARGE, sharey=True)
    for axes, (distance, share) in zip(panels, places, strict=True):
        draw_fits(axes, distance, share, with_values=False)
        axes.set_title(f"distance {distance:g}, share {share:g}", fontsize=9)
    for axes in panels[1:]:
        axes.set_ylabel("")
    panels[0].legend(loc="upper left", fontsize=7)
    return figure


def draw_fits(axes: Axes, distance: float, share: float, with_values: bool) -> None:
    """Draw p and the three fits into `axes`; the legend says how far each is from p."""
    x = torch.linspace(-6, 6, 601, dtype=torch.float64)
    p = log_two_bumps(x, distance, share).exp()
    axes.fill_between(x, p, color=COLOURS[0], alpha=0.25, label="p, the data", linewidth=0)
    for name, (mean, sigma, value) in three_fits(distance, share).items():
        label = f"{name}: {max(value, 0):.3f} nats" if with_values else name
        axes.plot(x, log_normal(x, mean, sigma).exp(), label=label, **LOOKS[name])
    axes.set(xlabel="x", ylabel="density (1 / unit of x)", ylim=(0, 1.05), xlim=(-6, 6))


def integrands_figure(distance: float, share: float) -> Figure:
    """What is integrated in KL(p || q) and in KL(q || p), for a broad q and for a narrow one.

    Args:
        distance: Between the two bumps of p, 0 to 6.
        share: Probability of the left bump, between 0 and 1.

    Returns:
        A matplotlib figure: left q is the fit by forward KL, right that by reverse KL.
    """
    x = torch.linspace(-12, 12, 2401, dtype=torch.float64)
    log_p, fits = log_two_bumps(x, distance, share), three_fits(distance, share)
    figure, panels = new_figure(1, 2, size=(8.6, 3.2), dpi=LARGE)
    for axes, name in zip(panels, ("forward KL", "reverse KL"), strict=True):
        log_q = log_normal(x, *fits[name][:2])
        axes.fill_between(x, log_p.exp(), color=COLOURS[0], alpha=0.25, linewidth=0, label="p")
        axes.plot(x, log_q.exp(), color=COLOURS[6], linewidth=0.8, label="q")
        for which, a, b in (("forward KL", log_p, log_q), ("reverse KL", log_q, log_p)):
            first, second = ("p", "q") if which == "forward KL" else ("q", "p")
            total = grid_kl(a, b, x[1] - x[0])
            label = f"{first} log({first}/{second}), in all {total:.2f} nats"
            axes.plot(x, a.exp() * (a - b), label=label, **LOOKS[which])
        axes.set(xlabel="x", title=f"q: best by {name}", xlim=(-6, 6))
        axes.legend(loc="upper right", fontsize=8)
    panels[0].set(ylabel="density, nats per unit of x", ylim=(-0.4, 3.4))
    panels[1].set(ylim=(-2, 26))
    return figure


def likelihood_and_kl(
    means: torch.Tensor, log_likelihood: torch.Tensor, kl: torch.Tensor
) -> Figure:
    """Mean log-likelihood of samples above, KL(p || q) below, against the mean of q.

    Args:
        means: Means of the model, shape (K,).
        log_likelihood: Mean over the samples for each, nats, shape (K,).
        kl: KL(p || q) for each, nats, shape (K,).
    """
    figure, axes = new_figure(size=(6.4, 3.0), dpi=LARGE)
    axes.plot(means, log_likelihood, color=COLOURS[0], label="mean log-likelihood of samples")
    axes.plot(means, kl, "--", color=COLOURS[1], label="KL(p || q)")
    best = means[log_likelihood.argmax()]
    axes.axvline(best, color="gray", linewidth=1, linestyle=":")
    axes.set(xlabel="mean of the model q", ylabel="nats")
    axes.legend(loc="center left")
    return figure


def family_tree() -> Figure:
    """The families of generative models, by what they know of the density of an image."""
    figure, axes = new_figure(size=(8.4, 3.9), dpi=LARGE)
    for x, y, text, colour in BRANCHES:
        axes.plot([ROOT[0], x], [ROOT[1], y], color="gray", linewidth=1, zorder=0)
        _box(axes, x, y, text, COLOURS[colour])
    for x, text, branch, where in LEAVES:
        parent = BRANCHES[branch]
        axes.plot([parent[0], x], [parent[1], 0.18], color="gray", linewidth=1, zorder=0)
        _box(axes, x, 0.18, text, COLOURS[parent[3]])
        axes.text(x, 0.0, where, ha="center", va="center", fontsize=8, color="dimgray")
    _box(axes, *ROOT[:3], COLOURS[ROOT[3]])
    axes.set(xlim=(0, 1), ylim=(-0.06, 1.0))
    axes.axis("off")
    return figure


def _box(axes, x, y, text, colour):
    look = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": colour}
    axes.text(x, y, text, ha="center", va="center", fontsize=9, bbox=look)


def mask_figure(
    into_hidden: torch.Tensor, out_of_hidden: torch.Tensor, straight: torch.Tensor
) -> Figure:
    """Three masks as black and white squares, and who depends on whom in the end.

    Args:
        into_hidden: Shape (hidden, inputs).
        out_of_hidden: Shape (inputs, hidden).
        straight: Shape (inputs, inputs).
    """
    paths = (out_of_hidden.long() @ into_hidden.long() + straight.long()) > 0
    panels = (
        (into_hidden, "into the hidden layer", "input pixel", "hidden unit"),
        (out_of_hidden, "out of it", "hidden unit", "output"),
        (straight, "straight", "input pixel", "output"),
        (paths, "together", "input pixel", "output"),
    )
    figure, axes = new_figure(1, 4, size=(8.4, 2.5), dpi=LARGE)
    for place, (mask, title, x, y) in zip(axes, panels, strict=True):
        height, width = mask.shape
        edges = (0.5, width + 0.5, height + 0.5, 0.5)
        place.imshow(mask.float().numpy(), vmin=0, vmax=1, cmap="gray", extent=edges, aspect="auto")
        place.set(title=title, xlabel=x, ylabel=y)
        place.locator_params(integer=True)
    return figure
