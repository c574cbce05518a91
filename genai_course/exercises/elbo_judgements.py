"""Exercises 9.2 and 9.3: which numbers cannot be right, and which gradient one would take."""

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 9.2 ------------------------------------------------------------------------------------------

REPORTS = {  # log p(x), ELBO, standard error of the ELBO, KL: nats per image
    "a bound far below log p(x)": (-90.0, -140.0, 0.3, 5.0),
    "an ordinary one": (-90.0, -95.0, 0.3, 25.0),
    "one that touches log p(x)": (-90.0, -90.0, 0.0, 25.0),
    "one above it by less than its error": (-90.0, -89.8, 0.3, 25.0),
    "one above it by twice its error": (-90.0, -89.4, 0.3, 25.0),
    "one above it by ten times its error": (-90.0, -87.0, 0.3, 25.0),
    "one above it, measured badly": (-90.0, -87.0, 2.0, 25.0),
    "a negative KL": (-90.0, -96.0, 0.3, -0.7),
    "binary pixels with a probability above 1": (-90.0, -95.0, 0.3, 101.0),
}


def _observe_reports(attempt):
    return {f"'{name} is possible'": attempt(*numbers) for name, numbers in REPORTS.items()}


def _possible(above=lambda excess, error: excess <= 3 * error, kl=True, pixels=True):
    def attempt(log_p, elbo, error, kl_divergence):
        sound = above(elbo - log_p, error)
        if kl:
            sound = sound and kl_divergence >= 0
        if pixels:
            sound = sound and elbo + kl_divergence <= 3 * error
        return bool(sound)

    return attempt


POSSIBLE = Exercise(
    number="9.2",
    title="Judge: which of these numbers cannot be right?",
    asks="`attempt(log_p, elbo, error, kl)`, numbers in nats, returns True or False.",
    observe=_observe_reports,
    reference=_possible(),
    praise="a bound may be loose, may not be above, and every part has a sign",
    mistakes=(
        Mistake(
            _possible(above=lambda excess, error: excess <= 0),
            "you refuse an estimate that is above log p(x) by less than its error.",
            "the ELBO of a test set is an estimate from samples of z; it goes up and down.",
            "Allow three standard errors: elbo - log_p <= 3 * error.",
        ),
        Mistake(
            _possible(above=lambda excess, error: excess <= error),
            "you allow one standard error; of a tight bound, one estimate in six exceeds that.",
            "two standard errors above are no scandal.",
            "Allow three.",
        ),
        Mistake(
            _possible(above=lambda excess, error: abs(excess) <= 3 * error),
            "you refuse loose bounds: a bound far below log p(x) is bad, but possible.",
            "the gap is KL(q || posterior), and that has no upper limit.",
            "Look at one side only; leave out the absolute value.",
        ),
        Mistake(
            _possible(above=lambda excess, error: excess >= -3 * error),
            "the inequality is turned: the ELBO lies below log p(x), not above.",
            "log p(x) = ELBO + KL(q || posterior).",
            "Ask for elbo - log_p <= 3 * error.",
        ),
        Mistake(
            _possible(kl=False),
            "you let a negative KL pass.",
            "a KL divergence has a sign of its own.",
            "Ask for kl >= 0 as well.",
        ),
        Mistake(
            _possible(pixels=False),
            "you let a reconstruction pass that needs probabilities above 1.",
            "ELBO + KL is the mean log-probability of binary pixels.",
            "It cannot be above 0: ask for elbo + kl <= 3 * error.",
        ),
        Mistake(
            _possible(kl=False, pixels=False),
            "you compare the sum alone; both parts can be wrong while it looks right.",
            "which sign has a KL, which sign a log-probability?",
            "Ask for kl >= 0 and for elbo + kl <= 3 * error.",
        ),
    ),
)

# 9.3 ------------------------------------------------------------------------------------------


def _estimates(mean, variance, count):
    """Numbers with exactly this mean and this variance."""
    x = torch.linspace(-1, 1, count, dtype=torch.double)
    return mean + variance**0.5 * (x - x.mean()) / x.std()


CONTESTS = {  # mean, variance, number of estimates and cost of one: first of a, then of b
    "a smooth function": ((2.0, 4.0, 1000, 1), (2.1, 88.0, 1000, 1)),
    "a function that oscillates": ((0.1, 50.0, 1000, 1), (0.0, 0.5, 1000, 1)),
    "a dear one with a little less variance": ((2.0, 2.0, 1000, 4), (2.01, 3.0, 1000, 1)),
    "a dear one with a quarter of the variance": ((2.0, 1.0, 1000, 3), (2.01, 4.0, 1000, 1)),
    "a cheap one with four times the variance": ((2.0, 4.0, 1000, 1), (2.01, 1.0, 1000, 3)),
    "more estimates of the worse one": ((2.0, 9.0, 4000, 1), (2.01, 4.0, 100, 1)),
    "two that disagree": ((2.0, 1.0, 1000, 1), (3.0, 4.0, 1000, 1)),
    "two that disagree, the other way": ((1.0, 4.0, 1000, 1), (0.5, 1.0, 1000, 1)),
    "two that differ by chance": ((2.0, 40.0, 50, 1), (3.5, 90.0, 50, 1)),
}


def _observe_contests(attempt):
    return {
        f"the choice for {name}": attempt(_estimates(*a[:3]), _estimates(*b[:3]), a[3], b[3])
        for name, (a, b) in CONTESTS.items()
    }


def _disagree(a, b):
    return (a.mean() - b.mean()).abs() > 3 * (a.var() / len(a) + b.var() / len(b)).sqrt()


def _choice(price=lambda x, cost: x.var() * cost, disagree=_disagree):
    def attempt(slopes_a, slopes_b, cost_a, cost_b):
        if disagree(slopes_a, slopes_b):
            return "neither"
        return "a" if price(slopes_a, cost_a) < price(slopes_b, cost_b) else "b"

    return attempt


BETTER = Exercise(
    number="9.3",
    title="Judge: which estimator of the gradient?",
    asks="`attempt(slopes_a, slopes_b, cost_a, cost_b)` returns 'a', 'b' or 'neither'.",
    observe=_observe_contests,
    reference=_choice(),
    praise="first whether they agree, then the variance at equal cost",
    mistakes=(
        Mistake(
            _choice(price=lambda x, cost: x.var()),
            "you forgot what an estimate costs.",
            "for the price of one dear estimate you may average several cheap ones.",
            "The mean of n has variance var / n: compare var * cost.",
        ),
        Mistake(
            _choice(price=lambda x, cost: x.std() * cost),
            "you weigh the standard deviation with the cost; averaging n divides the variance.",
            "four times as many estimates halve the standard deviation, not quarter it.",
            "Compare var * cost.",
        ),
        Mistake(
            _choice(price=lambda x, cost: x.var() / len(x) * cost),
            "you compare the errors of the means, and reward whoever was tried more often.",
            "the question is what one estimate is worth.",
            "Do not divide by the number of estimates there.",
        ),
        Mistake(
            _choice(disagree=lambda a, b: False),
            "you choose between two that estimate different things.",
            "two unbiased estimators of one gradient have one mean.",
            "Compare the means with their errors first; say 'neither' if they differ by three.",
        ),
        Mistake(
            _choice(disagree=lambda a, b: (a.mean() - b.mean()).abs() > 0.05),
            "you take a difference by chance for a disagreement.",
            "a mean of n estimates has the standard error sqrt(var / n).",
            "Add both squared errors, take the root, and allow three of them.",
        ),
        Mistake(
            _choice(price=lambda x, cost: -x.mean().abs()),
            "you took the larger gradient; larger is not better.",
            "both estimate the same number.",
            "Compare variances, at equal cost.",
        ),
    ),
)
