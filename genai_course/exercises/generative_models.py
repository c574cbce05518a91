"""Exercises of notebook 01: mixtures, drawing and masks, each with its usual mistakes."""

import math

import torch

from genai_course.baselines.made import autoregressive_masks
from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.generative_models_judgements import BETTER, MINIMISED

# 1.3 ------------------------------------------------------------------------------------------

_LOGS = torch.tensor([[-2.0, -1.0, -5.0], [-1001.0, -1000.0, -1003.0]], dtype=torch.float64)
_SHARES = torch.tensor([0.5, 0.2, 0.3], dtype=torch.float64)


def _observe_mixture(attempt):
    value = attempt(_LOGS, _SHARES)
    return {"the value of a point near by": value[0], "the value of a point far out": value[1]}


MIXTURE = Exercise(
    number="1.3",
    title="The log density of a mixture",
    asks="`attempt(logs, shares)` returns the log density of a mixture, shape (N,).",
    observe=_observe_mixture,
    same_shape=True,
    reference=lambda logs, shares: torch.logsumexp(logs + shares.log(), dim=1),
    praise="the log of the mean, and far out it does not underflow",
    mistakes=(
        Mistake(
            lambda logs, shares: (logs.exp() * shares).sum(dim=1).log(),
            "right near by, but far out every density underflows to 0 and the log is minus "
            "infinity.",
            "never leave the logarithms.",
            "Use torch.logsumexp(logs + shares.log(), dim=1).",
        ),
        Mistake(
            lambda logs, shares: (logs * shares).sum(dim=1),
            "this is the mean of the logs; a mixture is the mean of the densities, and the log "
            "comes last.",
            "the log of a mean is larger than the mean of the logs.",
            "Use torch.logsumexp(logs + shares.log(), dim=1).",
        ),
        Mistake(
            lambda logs, shares: torch.logsumexp(logs, dim=1),
            "the shares are missing: such a density integrates to the number of components.",
            "a component with share 0.2 counts for 0.2.",
            "Add shares.log() before logsumexp.",
        ),
        Mistake(
            lambda logs, shares: torch.logsumexp(logs, dim=1) - math.log(3),
            "you gave every component the same share.",
            "the shares are an argument.",
            "Add shares.log() before logsumexp, instead of subtracting log K after it.",
        ),
        Mistake(
            lambda logs, shares: torch.logsumexp(logs * shares, dim=1),
            "you multiplied the log densities by the shares; multiplying densities means adding "
            "logs.",
            "log(a b) = log a + log b.",
            "Use logs + shares.log().",
        ),
        Mistake(
            lambda logs, shares: (logs + shares.log()).amax(dim=1),
            "you kept the most probable component only; the others count as well.",
            "a sum, not a maximum.",
            "Use torch.logsumexp instead of amax.",
        ),
    ),
)

# 1.4 ------------------------------------------------------------------------------------------


def _chain(x):
    """p(x_d = 1 | before) of a chain of three pixels that like to repeat the one before."""
    return torch.cat([torch.full_like(x[:, :1], 0.7), 0.1 + 0.8 * x[:, :-1]], dim=1)


def _observe_drawing(attempt):
    x = attempt(_chain, 3, 20_000)
    seen = {"'every pixel is 0 or 1'": bool(((x == 0) | (x == 1)).all())}
    numbers = (x > 0.5).double() @ torch.tensor([4.0, 2.0, 1.0], dtype=torch.float64)
    counts = torch.bincount(numbers.long(), minlength=8)
    return seen | {"the shares of 000, 001, 010, ...": counts / len(x)}


def _one_after_another(chances, num_pixels, num_images, draw=torch.bernoulli):
    x = torch.zeros(num_images, num_pixels)
    for d in range(num_pixels):
        x[:, d] = draw(chances(x)[:, d])
    return x


def _one_pass(chances, num_pixels, num_images):
    return torch.bernoulli(chances(torch.zeros(num_images, num_pixels)))


def _from_noise(chances, num_pixels, num_images):
    return torch.bernoulli(chances(torch.bernoulli(torch.full((num_images, num_pixels), 0.5))))


DRAWING = Exercise(
    number="1.4",
    title="Draw from a chain",
    asks="`attempt(chances, num_pixels, num_images)` returns binary images.",
    observe=_observe_drawing,
    same_shape=True,
    reference=_one_after_another,
    tolerance=0.02,
    praise="pixel by pixel, each drawn given those before",
    mistakes=(
        Mistake(
            _one_pass,
            "you drew all pixels in one pass; each of them believed that those before are black.",
            "a pixel must see what has been drawn before it.",
            "Loop over d, call chances(x) each time, and fill x[:, d].",
        ),
        Mistake(
            _from_noise,
            "you drew all pixels in one pass, given noise; wanted is: given what was drawn before.",
            "a pixel must see what has been drawn before it.",
            "Loop over d, call chances(x) each time, and fill x[:, d].",
        ),
        Mistake(
            lambda *args: _one_after_another(*args, draw=lambda p: (p > 0.5).float()),
            "you took the more probable value each time: every image is the same.",
            "a sampler needs chance.",
            "Use torch.bernoulli.",
        ),
        Mistake(
            lambda *args: _one_after_another(*args, draw=lambda p: p),
            "you returned probabilities; a pixel is drawn, 0 or 1, before the next one looks at "
            "it.",
            "binary images hold two values only.",
            "Use torch.bernoulli.",
        ),
        Mistake(
            lambda chances, num_pixels, num_images: _one_after_another(
                lambda x: chances(x).mean(dim=0, keepdim=True).expand(num_images, -1),
                num_pixels,
                num_images,
            ),
            "you averaged the chances over the images: the pixels get the right means and do not "
            "hang together.",
            "each image has a past of its own.",
            "Draw from chances(x)[:, d], one chance an image.",
        ),
    ),
)

# 1.5 ------------------------------------------------------------------------------------------


def _observe_masks(attempt):
    seen = {}
    for num_inputs, num_hidden in ((4, 3), (5, 8)):
        into, out = attempt(num_inputs, num_hidden)
        name = f"{num_inputs} pixels and {num_hidden} hidden units"
        seen[f"which output can see which pixel, with {name}"] = (out @ into > 0).double()
    return seen


def _masks(sees, shown, low=1, high=1):
    def attempt(num_inputs, num_hidden):
        place = torch.arange(1, num_inputs + 1)
        degree = torch.linspace(low, num_inputs - high, num_hidden).round()
        return sees(degree[:, None], place), shown(place[:, None], degree)

    return attempt


FIND_THE_BUG = Exercise(
    number="1.5",
    title="Find the bug: too good to be true",
    asks="`attempt(num_inputs, num_hidden)` returns two masks that do not leak.",
    observe=_observe_masks,
    reference=lambda num_inputs, num_hidden: autoregressive_masks(num_inputs, num_hidden)[:2],
    praise="no pixel sees itself, and none is denied what came before",
    mistakes=(
        Mistake(
            _masks(torch.ge, torch.ge),
            "output d still sees pixel d: a hidden unit of degree d sees it, and shows it to "
            "output d.",
            "one of the two comparisons must be strict.",
            "Let output d see the hidden units with degree below d: place > degree.",
        ),
        Mistake(
            _masks(torch.gt, torch.gt),
            "nothing leaks now, but output d no longer sees pixel d - 1, the most useful of all.",
            "only one of the two comparisons must be strict.",
            "Let a hidden unit of degree m see the pixels 1 to m: degree >= place.",
        ),
        Mistake(
            _masks(torch.ge, torch.lt),
            "the outputs see the hidden units of higher degree: they know the future.",
            "output d may use what has been seen before d.",
            "Use place > degree for the second mask.",
        ),
        Mistake(
            _masks(torch.le, torch.lt),
            "this runs backwards: output d sees the pixels after d. A valid order, but not the one "
            "in which we read and draw.",
            "output 1 must see nothing.",
            "Use degree >= place, then place > degree.",
        ),
        Mistake(
            lambda num_inputs, num_hidden: tuple(
                mask.T for mask in autoregressive_masks(num_inputs, num_hidden)[:2]
            )[::-1],
            "the masks are exchanged or transposed: first comes the one into the hidden layer, "
            "with shape (num_hidden, num_inputs).",
            "a mask has the shape of the weight, (to, from).",
            "Return the mask into the hidden layer, then the mask out of it.",
        ),
        Mistake(
            _masks(torch.ge, torch.gt, low=0, high=0),
            "almost right, but degrees from 0 to D waste hidden units: degree 0 sees no pixel, and "
            "degree D is seen by no output.",
            "how many pixels can come before an output at most?",
            "Spread the degrees from 1 to num_inputs - 1.",
        ),
    ),
)

EXERCISES = (BETTER, MINIMISED, MIXTURE, DRAWING, FIND_THE_BUG)
check_better = BETTER.check
check_minimised = MINIMISED.check
check_mixture = MIXTURE.check
check_drawing = DRAWING.check
check_find_the_bug = FIND_THE_BUG.check
