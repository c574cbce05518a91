"""Exercises of notebook 01: likelihoods, divergences and masks, each with its usual mistakes."""

import math

import torch

from genai_course.baselines.made import autoregressive_masks
from genai_course.divergences import grid_kl, log_normal, log_two_bumps
from genai_course.exercises.engine import Exercise, Mistake

# 1.1 ------------------------------------------------------------------------------------------

_IMAGES = torch.tensor([[1.0, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1]]).view(3, 1, 2, 2).double()
_CHANCE = torch.tensor([0.9, 0.2, 0.6, 0.35]).view(1, 2, 2).double()


def _pixelwise(x, chance):
    return x * chance.log() + (1 - x) * (1 - chance).log()


def _per_image(values):
    return values.flatten(1).sum(dim=1)


PIXELS = Exercise(
    number="1.1",
    title="The log-likelihood of independent pixels",
    asks="`attempt(x, chance)` returns log-likelihoods in nats, shape (N,).",
    observe=lambda attempt: {"the value of three images": attempt(_IMAGES, _CHANCE)},
    reference=lambda x, chance: _per_image(_pixelwise(x, chance)),
    praise="one value an image, in nats, none above 0",
    mistakes=(
        Mistake(
            lambda x, chance: _pixelwise(x, chance).flatten(1).mean(dim=1),
            "you took the mean over the pixels; probabilities of independent pixels multiply, so "
            "their logarithms add up.",
            "the log of a product is a sum.",
            "Use .flatten(1).sum(dim=1).",
        ),
        Mistake(
            lambda x, chance: _per_image(x * chance.log()),
            "black pixels are missing: they have a probability too, 1 - chance.",
            "an all-black image must not have probability 1.",
            "Add (1 - x) * log(1 - chance).",
        ),
        Mistake(
            lambda x, chance: _pixelwise(x, chance).sum(),
            "you summed over the images as well; wanted is one value an image.",
            "the result has the shape (N,).",
            "Sum over all dimensions but the first.",
        ),
        Mistake(
            lambda x, chance: -_per_image(_pixelwise(x, chance)),
            "this is minus the log-likelihood, the loss; the log of a probability is never above "
            "0.",
            "which sign has the logarithm of a number below 1?",
            "Leave out the minus.",
        ),
        Mistake(
            lambda x, chance: _per_image(_pixelwise(x, chance)) / math.log(2),
            "your value is in bits, wanted are nats.",
            "which logarithm did you take?",
            "Use log, not log2.",
        ),
        Mistake(
            lambda x, chance: _per_image(_pixelwise(x, chance)).exp(),
            "this is the probability itself; with 784 pixels it would be 0 on any computer.",
            "stay with logarithms.",
            "Leave out the exp.",
        ),
    ),
)

# 1.2 ------------------------------------------------------------------------------------------

_GRID = torch.linspace(-8, 8, 801, dtype=torch.float64)
_SPACING = (_GRID[1] - _GRID[0]).item()
_LOG_P, _LOG_Q = log_two_bumps(_GRID, 3.0, 0.3), log_normal(_GRID, 0.5, 1.2)


REVERSE_KL = Exercise(
    number="1.2",
    title="Reverse KL",
    asks="`attempt(log_p, log_q, spacing)` returns KL(q || p) in nats.",
    observe=lambda attempt: {
        "the value for two bumps and a Gaussian": attempt(_LOG_P, _LOG_Q, _SPACING)
    },
    reference=lambda log_p, log_q, spacing: (log_q.exp() * (log_q - log_p)).sum() * spacing,
    without=("grid_kl",),
    praise="the mean is taken under the model",
    mistakes=(
        Mistake(
            grid_kl,
            "this is the forward KL: the mean is taken under the data p.",
            "which of the two is asked for samples?",
            "Weight by log_q.exp(), and subtract log_p from log_q.",
        ),
        Mistake(
            lambda log_p, log_q, spacing: -grid_kl(log_q, log_p, spacing),
            "your value is negative, which no KL is: the difference is the wrong way round.",
            "the weight and the first logarithm belong to the same density.",
            "Use log_q - log_p under the weight log_q.exp().",
        ),
        Mistake(
            lambda log_p, log_q, spacing: grid_kl(log_q, log_p, 1.0),
            "the spacing is missing: this is a sum, not an integral.",
            "a grid twice as fine must give the same value.",
            "Multiply by spacing.",
        ),
        Mistake(
            lambda log_p, log_q, spacing: (log_q * (log_q - log_p)).sum() * spacing,
            "you weighted by a logarithm; a mean under q is weighted by q itself.",
            "log_q is not a density.",
            "Use log_q.exp() as the weight.",
        ),
        Mistake(
            lambda log_p, log_q, spacing: (log_q.exp() * (log_q - log_p)).mean(),
            "you took a plain mean over the grid; an integral is a sum times the spacing.",
            "the mean depends on where the grid ends.",
            "Use .sum() * spacing.",
        ),
        Mistake(
            lambda log_p, log_q, spacing: (
                (grid_kl(log_p, log_q, spacing) + grid_kl(log_q, log_p, spacing)) / 2
            ),
            "this is the mean of both directions; wanted is one of them.",
            "only samples of the model are used.",
            "Leave out the term that is weighted by p.",
        ),
    ),
)

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

EXERCISES = (PIXELS, REVERSE_KL, MIXTURE, DRAWING, FIND_THE_BUG)
check_pixels = PIXELS.check
check_reverse_kl = REVERSE_KL.check
check_mixture = MIXTURE.check
check_drawing = DRAWING.check
check_find_the_bug = FIND_THE_BUG.check
