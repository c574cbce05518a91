"""Figures of notebook 09: tensors in, Figure out."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from matplotlib.figure import Figure

from genai_course.plots.common import COLOURS, new_figure


def prior_sampling(
    dimensions: Sequence[int], effective: Sequence[float], errors: Sequence[float]
) -> Figure:
    """What is left of samples from the prior when the latent dimension grows.

    Args:
        dimensions: Latent dimensions, a list of positive integers.
        effective: Effective sample size at each, in samples, positive.
        errors: Estimated minus exact log p(x) at each, in nats.
    """
    figure, (left, right) = new_figure(1, 2, size=(7.0, 2.8))
    left.plot(dimensions, effective, "o-")
    left.set(yscale="log", xlabel="latent dimension", ylabel="effective samples")
    right.axhline(0, color="gray", linestyle="--", linewidth=1)
    right.plot(dimensions, errors, "s-", color=COLOURS[1])
    right.set(xlabel="latent dimension", ylabel="estimated - exact log p(x)  [nats]")
    return figure


def bound_and_gap(weights: torch.Tensor, bound: torch.Tensor, log_evidence: float) -> Figure:
    """The ELBO while q moves from the prior to the posterior, and the gap above it.

    Args:
        weights: Share of the posterior in q, increasing from 0 to 1.
        bound: ELBO at each share, in nats.
        log_evidence: log p(x) in nats.
    """
    figure, axes = new_figure(size=(5.6, 3.0))
    weights, bound = np.asarray(weights), np.asarray(bound)
    axes.axhline(float(log_evidence), color="black", linestyle="--", label="log p(x)")
    axes.plot(weights, bound, label="ELBO")
    shade = {"color": COLOURS[4], "alpha": 0.35, "label": "KL(q || posterior)"}
    axes.fill_between(weights, bound, float(log_evidence), **shade)
    axes.set(xlabel="share of the posterior in q  (0: prior, 1: posterior)", ylabel="nats")
    axes.legend(loc="lower right")
    return figure


def gradient_spread(
    estimates: Mapping[str, torch.Tensor], truth: float, limits: tuple[float, float] = (-40, 60)
) -> Figure:
    """Histograms of single-sample gradient estimates around the true gradient.

    Args:
        estimates: Dict from the estimator's name to a 1-d tensor of its values.
        truth: The true gradient.
        limits: Range shown; values outside are counted in the outermost bins.
    """
    figure, axes = new_figure(size=(6.0, 3.0))
    bins = np.linspace(*limits, 81)
    for i, (name, values) in enumerate(estimates.items()):
        values = torch.as_tensor(values).clamp(*limits).numpy()
        style = {"histtype": "step", "linewidth": 1.6, "linestyle": ("-", "--")[i % 2]}
        axes.hist(values, bins, density=True, label=name, color=COLOURS[i], **style)
    axes.axvline(truth, color="black", linewidth=1, linestyle=":", label="true gradient")
    axes.set(yscale="log", xlabel="gradient from one sample", ylabel="density (log scale)")
    axes.legend()
    return figure


def elbo_over_training(
    history: Mapping[str, torch.Tensor], optimum: float, names: Sequence[str], steps: int = 400
) -> Figure:
    """ELBO and log-likelihood of the model against the training step, below the best value.

    Args:
        history: Dict from name to 1-d tensor, as returned by `training.fit`.
        optimum: The largest log-likelihood that any parameters reach, nats per data point.
        names: Which entries of the history are drawn.
        steps: How many steps are shown.
    """
    figure, axes = new_figure(size=(6.0, 3.2))
    for i, name in enumerate(names):
        values = torch.as_tensor(history[name])[:steps].numpy()
        axes.plot(np.arange(1, len(values) + 1), values, ("-", "--", ":")[i % 3], label=name)
    axes.axhline(float(optimum), color="black", linestyle="-.", label="analytic optimum")
    axes.set(xlabel="training step", ylabel="nats per data point")
    axes.legend(loc="lower right")
    return figure


def wrong_kls(sigma: torch.Tensor, curves: Mapping[str, torch.Tensor]) -> Figure:
    """KL divergence and its wrong forms against the standard deviation of q.

    Args:
        sigma: Standard deviations, increasing, positive.
        curves: Dict from name to values in nats; the first is the right one.
    """
    figure, axes = new_figure(size=(6.0, 3.0))
    for i, (name, values) in enumerate(curves.items()):
        width = 2.6 if i == 0 else 1.4
        axes.plot(sigma, values, ("-", "--", ":", "-.")[i % 4], linewidth=width, label=name)
    axes.set(xlabel="standard deviation of q", ylabel="nats", ylim=(-0.05, 3))
    axes.legend()
    return figure


def reported_and_true(results: Mapping[str, Mapping[str, float]], optimum: float) -> Figure:
    """For each objective: what it reports, the true ELBO and log p of the model it ends with.

    Args:
        results: Dict from name to a dict from quantity to nats per data point.
        optimum: The largest log-likelihood that any parameters reach.
    """
    figure, axes = new_figure(size=(7.0, 0.5 * len(results) + 1.3))
    rows = np.arange(len(results))[::-1]
    quantities = list(next(iter(results.values())))
    for i, quantity in enumerate(quantities):
        values = [float(numbers[quantity]) for numbers in results.values()]
        marker, size = (("D", 7), ("o", 7), ("|", 16))[i % 3]
        axes.plot(values, rows, marker, markersize=size, markeredgewidth=2, label=quantity)
    axes.axvline(float(optimum), color="black", linewidth=1, linestyle="-.", label="best log p(x)")
    axes.set_yticks(rows, list(results))
    axes.set(xlabel="nats per data point", ylim=(-0.6, len(results) - 0.4))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure
