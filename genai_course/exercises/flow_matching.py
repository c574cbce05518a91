"""Exercises of notebook 15: ends of a line, a scale of scores, two judgements, a likelihood.

The judgements 15.3 and 15.4 are in `flow_matching_judgements`.
"""

import math

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.flow_matching_judgements import GUIDANCE, SOLVERS


def _numbers(*shape, generator):
    return torch.randn(*shape, generator=generator, dtype=torch.double)


# 15.1 -----------------------------------------------------------------------------------------

TIMES = (((3, 2), 0.2), ((4, 3), 0.5), ((1, 2), 0.9))  # shape of the points, time


def _observe_ends(attempt):
    generator = torch.Generator().manual_seed(15)
    seen = {}
    for shape, t in TIMES:
        velocity, x_t = (_numbers(*shape, generator=generator) for _ in range(2))
        image, noise = attempt(velocity, x_t, t)
        seen[f"the images at time {t}"] = image
        seen[f"the noise at time {t}"] = noise
    return seen


def _ends(back=lambda t: t, on=lambda t: 1 - t):
    """Build an answer from the shares of the velocity on the way to each end."""
    return lambda velocity, x_t, t: (x_t - back(t) * velocity, x_t + on(t) * velocity)


ENDS = Exercise(
    number="15.1", title="Repeat: both ends of a line",
    asks="`attempt(velocity, x_t, t)` returns two tensors (N, d): the images, the noise.",
    observe=_observe_ends, reference=_ends(),
    praise="back by t of the velocity to the image, on by 1 - t to the noise",
    mistakes=(
        Mistake(lambda v, x, t: _ends()(v, x, t)[::-1],
                "the two are exchanged.", "time 0 is the data, time 1 the noise.",
                "Return the image first."),
        Mistake(_ends(lambda t: -t, lambda t: t - 1),
                "you go the wrong way along the line.",
                "the velocity is noise minus image: it points to the noise.",
                "Subtract to get to the image, add to get to the noise."),
        Mistake(_ends(lambda t: 1 - t, lambda t: t),
                "the time gone and the time left are exchanged.",
                "at time t, how long ago was x_t an image?",
                "Go back by t, and on by 1 - t."),
        Mistake(_ends(lambda t: 1, lambda t: 1),
                "you go a whole velocity to either side.",
                "both ends together are one velocity apart, not two.",
                "Go back by t of it, and on by 1 - t."),
        Mistake(_ends(on=lambda t: 1),
                "the image is right; to the noise you go a whole velocity.",
                "a share t of the way is behind x_t already.",
                "Add (1 - t) * velocity to x_t, or all of it to the image."),
        Mistake(_ends(on=lambda t: t - 1),
                "the image is right; to the noise you go back as well.",
                "the noise lies on the other side of x_t.", "Add (1 - t) * velocity."),
        Mistake(lambda v, x, t: ((x - t * v) / (1 - t), v),
                "you take the network's answer for the noise.",
                "it is the velocity, noise minus image.",
                "Solve x_t = (1 - t) x + t noise and v = noise - x for both."),
        Mistake(lambda v, x, t: (v, (x - (1 - t) * v) / t),
                "you take the network's answer for the image.",
                "it is the velocity, noise minus image.",
                "Solve x_t = (1 - t) x + t noise and v = noise - x for both."),
        Mistake(lambda v, x, t: ((1 - t) * x - t * v, t * x + (1 - t) * v),
                "these are the formulas for the v of notebook 14.",
                "that v was another mixture of noise and image, on a circle.",
                "On a line x_t enters both ends as it is."),
        Mistake(lambda v, x, t: (-t * v, (1 - t) * v),
                "these are the ways from x_t to the ends, not the ends.",
                "from where do you go?", "Add x_t to both."),
    ),
)  # fmt: skip

# 15.2 -----------------------------------------------------------------------------------------

SCALES = ((0.3, 2.5), (0.8, 1.0), (0.6, 0.0), (0.1, 4.0))  # time, scale


def _observe_guided(attempt):
    generator = torch.Generator().manual_seed(15)
    seen = {}
    for t, scale in SCALES:
        told, untold, x_t = (_numbers(3, 2, generator=generator) for _ in range(3))
        seen[f"the velocity at time {t}, scale {scale}"] = attempt(told, untold, x_t, t, scale)
    return seen


def _mixed(told, untold, scale):
    return untold + scale * (told - untold)


def _velocity(score, x_t, t):
    return -(x_t + t * score) / (1 - t)


def _guided(mix=_mixed, convert=_velocity):
    """Build an answer from how scores are mixed and how a score becomes a velocity."""
    return lambda told, untold, x_t, t, scale: convert(mix(told, untold, scale), x_t, t)


def _converted_difference(told, untold, x_t, t, scale):
    return _velocity(untold, x_t, t) + scale * _velocity(told - untold, x_t, t)


GUIDED = Exercise(
    number="15.2", title="Change: guidance by the other convention",
    asks="`attempt(told, untold, x_t, t, scale)` returns velocities (N, d).",
    observe=_observe_guided, reference=_guided(),
    praise="mixed first or converted first, it is the same velocity",
    mistakes=(
        Mistake(_guided(lambda told, untold, scale: _mixed(told, untold, 1 + scale)),
                "you exaggerate by one too much.",
                "the scale is 1 + w already, and counts from the score without a label.",
                "At scale 1 the score with the label must come out."),
        Mistake(_guided(lambda told, untold, scale: _mixed(told, untold, scale - 1)),
                "you exaggerate by one too little: w is counted from the score with the label.",
                "at scale 1 what the label changes counts once.",
                "Take untold + scale * (told - untold)."),
        Mistake(_guided(lambda told, untold, scale: _mixed(untold, told, scale)),
                "the two scores are exchanged.",
                "a large scale goes away from the score without a label.",
                "Begin at untold."),
        Mistake(_guided(lambda told, untold, scale: untold - scale * (told - untold)),
                "you go away from what the label asks for.",
                "the difference is taken the wrong way round.", "Take told - untold."),
        Mistake(_guided(lambda told, untold, scale: untold + scale * told),
                "you add the whole score with the label, not what the label changes.",
                "the weights of the two scores add up to 1.", "Take told - untold."),
        Mistake(_guided(lambda told, untold, scale: scale * (told - untold)),
                "this is what the label changes, and no more.",
                "at scale 0 the score without a label is left.", "Add untold."),
        Mistake(_converted_difference,
                "you convert the difference of two scores, so x_t counts too often.",
                "the velocity of a score of 0 is not 0: it contains x_t.",
                "Mix the scores, then convert once."),
        Mistake(_guided(convert=lambda score, x_t, t: score),
                "this is the guided score.", "wanted is a velocity.",
                "Use part 5 of the notebook."),
        Mistake(_guided(convert=lambda score, x_t, t: -(x_t + (1 - t) * score) / t),
                "t and 1 - t are exchanged: this is the way from a velocity to a score.",
                "of the two formulas of part 5 the first is wanted.",
                "Near the data, at a small t, divide by nearly 1."),
        Mistake(_guided(convert=lambda score, x_t, t: (x_t + t * score) / (1 - t)),
                "the sign is wrong: this leads from noise to data.",
                "time runs from data to noise, and the score points to the data.",
                "Put a minus in front."),
        Mistake(_guided(convert=lambda score, x_t, t: -(x_t + score) / (1 - t)),
                "the score is not multiplied by t.",
                "the mean noise is -sigma times the score, with sigma = t.",
                "Multiply the score by t."),
        Mistake(_guided(convert=lambda score, x_t, t: -(x_t + t**2 * score) / (1 - t)),
                "you multiply the score by t squared, as for the image.",
                "v = (x_t - image) / t: one t is divided out again.",
                "Multiply the score by t, once."),
        Mistake(_guided(convert=lambda score, x_t, t: -(x_t + t * score)),
                "the division by 1 - t is missing.",
                "x_t contains only the share 1 - t of the image.", "Divide by 1 - t."),
    ),
)  # fmt: skip

# 15.5 -----------------------------------------------------------------------------------------


def _one_mode(x, t):
    """The exact velocity for data of mean 1 and spread 0.3, and its divergence."""
    variance = ((1 - t) * 0.3) ** 2 + t**2
    slope = (t - (1 - t) * 0.3**2) / variance
    return slope * (x - (1 - t)) - 1, x.new_full((len(x),), x.shape[1] * float(slope))


def _bent(x, t):
    """A field whose divergence changes from place to place, and in time."""
    soft = x.tanh()
    return (1 + t) * soft + t * x.roll(1, dims=1), (1 + t) * (1 - soft.square()).sum(dim=1)


FIELDS = {  # field, shape of the points, number of steps
    "a single mode": (_one_mode, (5, 2), 10),
    "a bent field": (_bent, (4, 3), 6),
    "a bent field in one step": (_bent, (3, 2), 1),
}


def _observe_densities(attempt):
    generator = torch.Generator().manual_seed(15)
    return {
        f"the log-densities in {name}": attempt(field, _numbers(*shape, generator=generator), num)
        for name, (field, shape, num) in FIELDS.items()
    }


def _normal(x):
    return -0.5 * (x.square() + math.log(2 * math.pi)).sum(dim=1)


def _densities(gain=1.0, way=1.0, time=lambda k, num: k / num, late=False, whole=False,
               density=_normal, end=lambda start, x: x):  # fmt: skip
    """Build an answer: a walk, what is added on the way, and the density where it ends."""

    def attempt(field, start, num_steps):
        x, total = start, torch.zeros(len(start), dtype=start.dtype)
        for k in range(num_steps):
            t = time(k, num_steps)
            velocity, divergence = field(x, t)
            x = x + way * velocity / num_steps
            divergence = field(x, t)[1] if late else divergence
            total = total + gain * divergence / (1 if whole else num_steps)
        return density(end(start, x)) + total

    return attempt


DENSITIES = Exercise(
    number="15.5", title="Find the bug: a likelihood",
    asks="`attempt(velocity_and_divergence, x, num_steps)` returns log-densities (N,).",
    observe=_observe_densities, reference=_densities(),
    praise="what spreads on its way to noise was denser before",
    mistakes=(
        Mistake(_densities(gain=-1.0), "this is what stood there.",
                "the density falls along the path where the divergence is above 0.",
                "Data are denser than the noise that they spread to: add the divergence."),
        Mistake(_densities(gain=0.0), "the divergence does not count at all.",
                "points that come close together make a place denser.",
                "Add divergence / num_steps in each step."),
        Mistake(_densities(whole=True), "each step adds the divergence of a whole time.",
                "a step lasts 1 / num_steps.", "Divide the divergence by num_steps as well."),
        Mistake(_densities(late=True), "you ask for the divergence after the step.",
                "Euler's method takes both at the start of the step.",
                "Keep the divergence that came with the velocity."),
        Mistake(_densities(time=lambda k, num: (k + 1) / num),
                "your times are those of the ends of the steps.",
                "the walk starts at time 0, with the data.", "Use k / num_steps."),
        Mistake(_densities(way=-1.0), "the points move against the velocity.",
                "from data to noise time runs forwards.", "Use x + v / num_steps."),
        Mistake(_densities(way=-1.0, time=lambda k, num: 1 - k / num),
                "you walk from noise to data, as a sampler does.",
                "x are data: time 0.", "Go forwards in time, from 0 to 1."),
        Mistake(_densities(way=0.0), "the points stay where they are.",
                "the divergence is wanted along the path.", "Move x in each step."),
        Mistake(_densities(end=lambda start, x: start),
                "you take the density of noise at the data.",
                "the path ends somewhere else.", "Ask for it where the last step ends."),
        Mistake(_densities(density=lambda x: -0.5 * x.square().sum(dim=1)),
                "the normal density is not normalised.", "its integral must be 1.",
                "Subtract log(2 pi) / 2 for each dimension."),
        Mistake(_densities(density=lambda x: -0.5 * (x.square().sum(1) + math.log(2 * math.pi))),
                "you normalise for one dimension, and there are d.",
                "the density of d independent numbers is a product of d factors.",
                "Subtract log(2 pi) / 2 for each dimension."),
        Mistake(_densities(density=lambda x: _normal(x) / x.shape[1]),
                "you take the mean over the dimensions.",
                "the logarithm of a product is a sum.", "Sum over dimension 1."),
        Mistake(_densities(density=lambda x: -(x.square() + math.log(2 * math.pi)).sum(dim=1)),
                "the half is missing in the normal density.",
                "it is exp(-x^2 / 2) / sqrt(2 pi).", "Halve both terms."),
        Mistake(lambda *given: -_densities()(*given), "these are minus log-densities.",
                "wanted is the logarithm itself.", "Leave out the minus in front."),
    ),
)  # fmt: skip

EXERCISES = (ENDS, GUIDED, GUIDANCE, SOLVERS, DENSITIES)
check_ends = ENDS.check
check_guided = GUIDED.check
check_guidance = GUIDANCE.check
check_solvers = SOLVERS.check
check_densities = DENSITIES.check
