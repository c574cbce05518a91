"""What the cards of the shipped models report, and how each number is computed.

All are computed from the weights as they are shipped, with fixed random numbers, so whoever has
the files gets the same values up to rounding. Those of `needs_mnist` compare with test images.
"""

import torch

from genai_course.evaluation.classwise import label_accuracy
from genai_course.evaluation.diversity import diversity_ratio
from genai_course.evaluation.judge import (
    count_classes,
    readable_share,
)
from genai_course.vae.importance import iwae_bound
from genai_course.vae.losses import elbo
from workbench.pretraining.bench import (
    NUM_BINARY,
    NUM_REAL,
    NUM_SAMPLES,
    NUM_WEIGHTS,
    Bench,
    Metric,
)
from workbench.pretraining.sequence_metrics import SEQUENCE_METRICS


def _readable(bench):
    return readable_share(bench.judge, bench.samples)


def _classes(bench):
    return count_classes(bench.judge, bench.samples)


def _label_accuracy(bench):
    return label_accuracy(bench.judge, bench.samples.cpu(), torch.arange(len(bench.samples)) % 10)


def _frechet(bench):
    return bench.distance_of(bench.samples)


def _diversity(bench):
    return diversity_ratio(bench.samples, bench.real)


def _negative_elbo(bench):
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(0)
        logits, mu, logvar = bench.model(bench.real)
        return -elbo(logits, bench.real, mu, logvar).mean().item()


def nll_each(log_w):
    """Negative log-likelihood of each image in nats, from log weights (NUM_WEIGHTS, N): (N,)."""
    return -iwae_bound(log_w, NUM_WEIGHTS)


def _nll(bench):
    return nll_each(bench.weights).mean().item()


def _negative_elbo_binary(bench):
    return -iwae_bound(bench.weights, 1).mean().item()


METRICS = {
    "readable_share": Metric(
        f"share of {NUM_SAMPLES} samples (seed 0) that the MNIST judge can read",
        _readable,
        tolerance=0.01,
    ),
    "classes": Metric(
        f"digits that make up at least 1 % of {NUM_SAMPLES} samples (seed 0)",
        _classes,
        tolerance=0,
    ),
    "label_accuracy": Metric(
        f"share of {NUM_SAMPLES} samples (seed 0, as many of each digit) in which the MNIST judge "
        "sees the digit that was asked for",
        _label_accuracy,
        tolerance=0.01,
    ),
    "frechet_judge_distance": Metric(
        f"squared Frechet distance of the judge's features, {NUM_SAMPLES} samples (seed 0) "
        f"against the first {NUM_REAL} test images; not the FID of papers",
        _frechet,
        tolerance=1.0,
        needs_mnist=True,
    ),
    "diversity_ratio": Metric(
        f"mean distance of two samples over that of two of the first {NUM_REAL} test images",
        _diversity,
        tolerance=0.01,
        needs_mnist=True,
    ),
    "negative_elbo": Metric(
        f"-ELBO in nats per image, grey pixels as targets, one z each (seed 0), mean over the "
        f"first {NUM_REAL} test images; an upper bound, not a likelihood",
        _negative_elbo,
        tolerance=0.3,
        needs_mnist=True,
    ),
    "nll": Metric(
        f"negative log-likelihood in nats per image by importance weighting, k = {NUM_WEIGHTS}, "
        f"first {NUM_BINARY} test images, binarised once (seed 0)",
        _nll,
        tolerance=0.1,
        needs_mnist=True,
        each=lambda bench: nll_each(bench.weights),
    ),
    "negative_elbo_binary": Metric(
        f"-ELBO in nats per image on the same {NUM_BINARY} binary images, {NUM_WEIGHTS} z each",
        _negative_elbo_binary,
        tolerance=0.1,
        needs_mnist=True,
    ),
    **SEQUENCE_METRICS,
}
OF_IMAGES = ("readable_share", "classes", "frechet_judge_distance", "diversity_ratio")


def measure(model, names, device="cpu", num_samples=None):
    """Return what the card says of each metric: its value, how it is computed, and the rest.

    Args:
        model: A shipped model on `device`; None for real training images in its place.
        names: Which metrics, keys of `METRICS`.
        device: Where to compute.
        num_samples: How many samples the metrics look at; None stands for `NUM_SAMPLES`.
    """
    bench, entries = Bench(model, device, num_samples), {}
    for name in names:
        metric = METRICS[name]
        entries[name] = {
            "value": round(metric.compute(bench), 4),
            "how": metric.how,
            "tolerance": metric.tolerance,
            "needs_mnist": metric.needs_mnist,
        }
        if metric.each:
            values = metric.each(bench).tolist()
            entries[name]["each"] = " ".join(f"{value:.2f}" for value in values)
    return entries
