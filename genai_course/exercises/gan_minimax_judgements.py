"""Exercises 3.1 and 3.2: what losses say about two generators, and why one of them stands still."""

import math

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 3.1 ------------------------------------------------------------------------------------------

RUNS = {  # the discriminator's loss, the generator's, and the best discriminator's: of a, then b
    "two that keep up": ((1.30, 0.75, 1.25), (0.90, 1.60, 0.85)),
    "a blind discriminator": ((1.39, 0.69, 0.10), (0.80, 2.00, 0.75)),
    "one that lags and is fooled": ((1.60, 0.30, 0.50), (1.10, 1.10, 1.05)),
    "two that never overlap the data": ((0.02, 8.00, 0.01), (0.20, 5.00, 0.03)),
    "two that match the data": ((1.39, 0.69, 1.38), (1.10, 0.90, 1.37)),
    "a generator with the higher loss": ((1.20, 1.30, 1.20), (0.95, 0.60, 0.60)),
    "a discriminator with the lower loss": ((0.50, 1.20, 0.45), (0.70, 0.90, 0.30)),
    "one that is worse than a guess": ((1.75, 0.40, 0.90), (1.36, 0.70, 0.60)),
    "two that lag, one more": ((1.10, 0.80, 0.50), (1.20, 0.90, 0.80)),
}


def _observe_runs(attempt):
    def run(d_loss, g_loss, best_d_loss):
        return {"d_loss": d_loss, "g_loss": g_loss, "best_d_loss": best_d_loss}

    return {f"the nearer one of {n}": attempt(run(*a), run(*b)) for n, (a, b) in RUNS.items()}


def _nearer(badness=lambda run: -run["best_d_loss"], room=0.05):
    """Build an answer from a number of a run that is small if its generator is near the data."""

    def attempt(a, b):
        gap = badness(a) - badness(b)
        if abs(gap) <= room:
            return "neither"
        return "a" if gap < 0 else "b"

    return attempt


NEARER = Exercise(
    number="3.1",
    title="Judge: whose generator is nearer?",
    asks="`attempt(a, b)`, two dicts of losses, returns 'a', 'b' or 'neither'.",
    observe=_observe_runs,
    reference=_nearer(),
    praise="only a discriminator at its best measures the JSD",
    mistakes=(
        Mistake(
            _nearer(lambda run: run["g_loss"]),
            "you compare the generators' losses; each was measured by a judge of its own.",
            "a generator that faces a weak discriminator has a low loss.",
            "Look at the discriminator that is at its best.",
        ),
        Mistake(
            _nearer(lambda run: -run["d_loss"]),
            "you trust discriminators that are not at their best: a blind one has log 4 as well.",
            "V(D) bounds 2 JSD - log 4 from below, and only the best D reaches it.",
            "Look at best_d_loss.",
        ),
        Mistake(
            _nearer(lambda run: run["d_loss"]),
            "you took a low discriminator's loss for success; it sees the fakes all the better.",
            "which loss has the best D if q = p?",
            "The higher best_d_loss means the smaller JSD.",
        ),
        Mistake(
            _nearer(lambda run: abs(run["d_loss"] - math.log(4))),
            "you asked which discriminator is nearer to log 4; so is one that always guesses.",
            "log 4 proves something only if no other D does better.",
            "Look at best_d_loss.",
        ),
        Mistake(
            _nearer(lambda run: run["best_d_loss"]),
            "the comparison is turned: the easier fakes are told apart, the lower is that loss.",
            "best_d_loss = log 4 - 2 JSD.",
            "The higher best_d_loss means the smaller JSD.",
        ),
        Mistake(
            _nearer(lambda run: run["d_loss"] - run["best_d_loss"]),
            "you ask which discriminator keeps up; a perfect one may face a hopeless generator.",
            "that gap is a fault of the discriminator.",
            "Compare best_d_loss itself.",
        ),
        Mistake(
            _nearer(room=0.0),
            "you announce a difference smaller than what these losses are known to.",
            "they were estimated from samples.",
            "Return 'neither' up to 0.05.",
        ),
    ),
)

# 3.2 ------------------------------------------------------------------------------------------


def _half(first, second):
    return torch.cat((torch.full((4,), first), torch.full((4,), second))).double()


FAKES = {  # logits of fakes, slopes of D's logit in x there, and whether the loss saturates
    "a sure discriminator, saturating loss": (_half(-8.0, -9.0), _half(1.0, 0.8), True),
    "the same, non-saturating": (_half(-8.0, -9.0), _half(1.0, 0.8), False),
    "an undecided discriminator": (_half(0.1, -0.1), _half(1.0, 1.0), True),
    "a discriminator of one value": (_half(0.0, 0.0), _half(1e-4, 1e-4), True),
    "one of one value, non-saturating": (_half(-3.0, -3.0), _half(1e-4, 1e-4), False),
    "half the fakes found out": (_half(-20.0, 0.0), _half(1.0, 1.0), True),
    "a steep discriminator": (_half(-5.0, -5.0), _half(10.0, 10.0), True),
    "steep only where it is sure": (_half(-12.0, 2.0), _half(5.0, 0.001), True),
    "fakes that pass, non-saturating": (_half(8.0, 9.0), _half(1.0, 1.0), False),
    "fakes that pass, saturating": (_half(8.0, 9.0), _half(1.0, 1.0), True),
}


def _observe_pulls(attempt):
    return {f"the verdict on {name}": attempt(*given) for name, given in FAKES.items()}


def _mean_pull(slope, steepness):
    return (slope * steepness).mean()


def _verdict(pull=_mean_pull, slopes=torch.sigmoid, swap=False, flat=("discriminator", "loss")):
    def attempt(fake_logits, steepness, saturating):
        pulls = {
            True: pull(slopes(fake_logits), steepness),
            False: pull(slopes(-fake_logits), steepness),
        }
        saturating = saturating != swap
        if pulls[saturating] >= 0.01:
            return "pulled"
        return flat[int(pulls[not saturating] >= 0.01)]

    return attempt


def _of_the_mean_logit(fake_logits, steepness, saturating):
    return _verdict()(fake_logits.mean().expand(len(fake_logits)), steepness, saturating)


STANDSTILL = Exercise(
    number="3.2",
    title="Judge: why does the generator stand still?",
    asks="`attempt(fake_logits, steepness, saturating)` returns one of three words.",
    observe=_observe_pulls,
    reference=_verdict(),
    praise="the pull is a product, sample by sample, and either factor may be missing",
    mistakes=(
        Mistake(
            _verdict(swap=True),
            "the slopes are exchanged: sigmoid(a) belongs to the saturating loss.",
            "which loss is flat where D is sure of a fake?",
            "Saturating: sigmoid(a). Non-saturating: 1 - sigmoid(a).",
        ),
        Mistake(
            _of_the_mean_logit,
            "you took the slope at the mean logit; the mean of the slopes is another number.",
            "half the fakes at -20 and half at 0 do not pull like all at -10.",
            "Take the sigmoid first and the mean last.",
        ),
        Mistake(
            _verdict(pull=lambda slope, steepness: slope.mean()),
            "you left out the slope of D itself: one that is flat in x pulls nowhere.",
            "the gradient in x is a product, by the chain rule.",
            "Multiply each slope by steepness.",
        ),
        Mistake(
            _verdict(pull=lambda slope, steepness: slope.mean() * steepness.mean()),
            "you multiplied the means; D may be steep just where the loss is flat.",
            "each sample is pulled by its own product.",
            "Multiply first, then take the mean.",
        ),
        Mistake(
            _verdict(flat=("loss", "loss")),
            "you blame the loss also where no loss would pull: the discriminator is flat.",
            "try the other loss on the same logits.",
            "Say 'loss' only if the other loss pulls by 0.01 or more.",
        ),
        Mistake(
            _verdict(flat=("discriminator", "discriminator")),
            "you blame the discriminator also where the other loss would pull.",
            "try the other loss on the same logits.",
            "Say 'loss' if the other loss pulls by 0.01 or more.",
        ),
        Mistake(
            _verdict(slopes=lambda a: 1 / torch.sigmoid(-a)),
            "you took slopes in D, not in the logit; the sigmoid in between is flat at its ends.",
            "D = sigmoid(a): the chain rule has one more factor.",
            "In the logit they are sigmoid(a) and 1 - sigmoid(a).",
        ),
    ),
)
