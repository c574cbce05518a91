"""Exercises of notebook 14: what noise leaves, two judgements, the error of v, where steps go.

The judgements 14.2 and 14.3 are in `diffusion_judgements`.
"""

import torch

from genai_course.exercises.diffusion_judgements import COMPARISON, REPORT
from genai_course.exercises.engine import Exercise, Mistake

# 14.1 -----------------------------------------------------------------------------------------

BETAS = {  # what each step adds; not in rising order, as no formula asks for it
    "four steps": (0.1, 0.3, 0.2, 0.5),
    "one step": (0.25,),
    "six steps, the last of which leaves little": (0.05, 0.1, 0.15, 0.1, 0.05, 0.9),
}


def _observe_shares(attempt):
    return {
        f"what is left by {name}": attempt(torch.tensor(betas, dtype=torch.double))
        for name, betas in BETAS.items()
    }


def _from_one(*rest):
    return torch.cat([torch.ones(1, dtype=torch.double), *rest])


def _shares(betas):
    return _from_one(torch.cumprod(1 - betas, dim=0))


SHARE = Exercise(
    number="14.1", title="Repeat: what is left of an image",
    observe=_observe_shares, reference=_shares,
    praise="1 at first, then a product that each step makes smaller",
    mistakes=(
        Mistake(lambda betas: _shares(betas)[1:], "the share after 0 steps is missing.",
                "T steps have T + 1 moments, and at the first nothing has been added.",
                "Put a 1 in front."),
        Mistake(lambda betas: _shares(betas)[:-1], "the share after the last step is missing.",
                "T steps have T + 1 moments.", "Use all betas, the last one as well."),
        Mistake(lambda betas: _from_one(1 - torch.cumsum(betas, dim=0)),
                "you add up what the steps add.",
                "a later step takes its share of what is left, not of the whole.",
                "Multiply the numbers 1 - beta."),
        Mistake(lambda betas: _from_one(torch.exp(-torch.cumsum(betas, dim=0))),
                "this holds in the limit of endlessly small steps.",
                "a step is finite: it leaves 1 - beta, not exp(-beta).",
                "Multiply the numbers 1 - beta."),
        Mistake(lambda betas: _shares(betas).sqrt(),
                "this is the factor of the image, the root of its share.",
                "beta is a variance; wanted is the share of the variance.", "Leave out the root."),
        Mistake(lambda betas: _from_one(torch.cumprod(betas, dim=0)),
                "you multiply what the steps add.", "wanted is what they leave.",
                "A step that adds beta leaves 1 - beta."),
        Mistake(lambda betas: 1 - _shares(betas), "this is the share of the noise.",
                "before the first step there is no noise, and all of the image.",
                "Leave out the last 1 minus."),
        Mistake(lambda betas: _from_one(1 - betas), "each entry knows its own step only.",
                "after three steps three of them have taken their share.",
                "Take the product up to each step: torch.cumprod."),
        Mistake(lambda betas: _from_one(_shares(betas)[:-1]),
                "every entry is one step late: after the first step all is left.",
                "entry t counts the steps 1 to t, step t included.",
                "One 1 in front is enough."),
    ),
)  # fmt: skip

# 14.4 -----------------------------------------------------------------------------------------


def _observe_errors(attempt):
    generator = torch.Generator().manual_seed(14)
    seen = {}
    for shape, share in (((3, 1, 2, 2), 0.2), ((4, 2), 0.7), ((2, 5), 0.97)):
        dv = torch.randn(*shape, generator=generator, dtype=torch.double)
        image, noise = attempt(dv, torch.tensor(share, dtype=torch.double))
        seen[f"the errors of the images where {share} is left"] = image
        seen[f"the errors of the noise where {share} is left"] = noise
    return seen


def _errors(image=lambda share: 1 - share, noise=lambda share: share,
            size=lambda dv: dv.square().flatten(1).sum(dim=1)):  # fmt: skip
    """Build an answer from the factor of each error, and from what measures dv."""
    return lambda dv, share: (image(share) * size(dv), noise(share) * size(dv))


ERRORS = Exercise(
    number="14.4", title="Change: the error of v, seen as two others",
    asks="`attempt(dv, share)` returns two tensors (N,): of the image, of the noise.",
    observe=_observe_errors, reference=_errors(),
    praise="together they are the error of v, whatever the share",
    mistakes=(
        Mistake(_errors(lambda share: share, lambda share: 1 - share),
                "the two are exchanged.", "where nearly all is image, what is hard to guess?",
                "There sigma is small, and so is the error of the image."),
        Mistake(_errors(lambda share: (1 - share).sqrt(), torch.sqrt),
                "the factors of dv are not squared.", "wanted is the square of sigma * dv.",
                "Square the factor as well as dv."),
        Mistake(_errors(lambda share: (1 - share) ** 2, torch.square),
                "you squared the shares; they are squares already.",
                "share is the square of the factor a of the image in x_t.",
                "Take 1 - share and share as they are."),
        Mistake(_errors(lambda share: 1 / (1 - share), lambda share: 1 / share),
                "you held the noise fixed while the image errs, and the other way round.",
                "x_t = a x + sigma eps is known, so the two err together.",
                "Write x and eps with x_t and v, then see what dv does."),
        Mistake(_errors(torch.ones_like, torch.ones_like),
                "both get the whole error of v.", "v is a mixture of the two.",
                "Multiply dv by sigma for the image, by a for the noise, then square."),
        Mistake(_errors(lambda share: (1 - share).sqrt(), torch.sqrt,
                        size=lambda dv: dv.flatten(1).norm(dim=1)),
                "these are lengths, not their squares.", "the loss is made of squares.",
                "Square them."),
        Mistake(_errors(size=lambda dv: dv.square().flatten(1).mean(dim=1)),
                "you take the mean over a sample's numbers.", "wanted is their sum.",
                "Sum over all dimensions but the first."),
        Mistake(_errors(size=lambda dv: dv.square().sum()),
                "all samples are in one sum.", "each sample has an error of its own.",
                "Sum over all dimensions but the first."),
    ),
)  # fmt: skip

# 14.5 -----------------------------------------------------------------------------------------

WALKS = ((200, 10), (200, 7), (200, 50), (25, 3), (7, 7), (9, 1))  # steps, calls; none is at a .5


def _observe_visits(attempt):
    return {f"{calls} calls for {num} steps": attempt(num, calls) for num, calls in WALKS}


def _steps(num_steps, calls, whole=round):
    return [whole(num_steps * (calls - k) / calls) for k in range(calls + 1)]


def _pairs(steps):
    return [*zip(steps[:-1], steps[1:], strict=True)]


def _visits(num_steps, calls):
    return _pairs(_steps(num_steps, calls))


def _by_stride(num_steps, calls):
    """Every (num_steps // calls)-th step from the top, and 0 at last."""
    return _pairs([*range(num_steps, 0, -(num_steps // calls)), 0])


def _calls_strides(num_steps, calls):
    return _pairs([num_steps - k * (num_steps // calls) for k in range(calls + 1)])


def _to_one(num_steps, calls):
    return _pairs([*torch.linspace(num_steps, 1, calls).round().int().tolist(), 0])


VISITS = Exercise(
    number="14.5", title="Find the bug: DDIM with fewer calls",
    asks="`attempt(num_steps, calls)` returns the list of pairs (t, s).",
    observe=_observe_visits, reference=lambda num, calls: torch.tensor(_visits(num, calls)),
    praise="each step goes to where the next one begins, and the last one to 0",
    mistakes=(
        Mistake(lambda num, calls: [(t, t - 1) for t in _steps(num, calls)[:-1]],
                "this is what stood there: s is t - 1, though the next call is at an earlier step.",
                "the network is told t and must get a sample with the noise of step t.",
                "The s of a pair is the t of the next."),
        Mistake(lambda num, calls: _visits(num, calls)[:-1],
                "the last pair is missing: the walk stops while there is noise left.",
                "clean samples are at step 0.", "Let 0 be the s of the last pair."),
        Mistake(lambda num, calls: _pairs(_steps(num, calls - 1) if calls > 1 else [num]),
                "there is one call too few.", "n + 1 steps make n pairs.",
                "Space calls + 1 steps evenly."),
        Mistake(_by_stride, "a stride of whole steps leaves a rest, and you call once too often.",
                "200 / 7 is no whole number.", "Space the steps first, then round each of them."),
        Mistake(_calls_strides, "with a stride of whole steps the walk ends before 0.",
                "200 / 7 is no whole number.", "Space the steps first, then round each of them."),
        Mistake(lambda num, calls: _visits(num - 1, calls), "the walk starts at num_steps - 1.",
                "the schedule has num_steps + 1 entries, from 0 to num_steps.",
                "Pure noise is x_T with T = num_steps."),
        Mistake(_to_one, "you spread the calls from num_steps to 1, so the last step is too short.",
                "0 is one of the evenly spaced steps.",
                "Space calls + 1 steps from num_steps to 0."),
        Mistake(lambda num, calls: _visits(num, calls)[::-1],
                "the pairs come in rising order.", "samples are drawn from noise to data.",
                "Begin at num_steps."),
        Mistake(lambda num, calls: [(s, t) for t, s in _visits(num, calls)],
                "in each pair s comes first.", "a pair is read: from t to s.",
                "Put the later step t first."),
        Mistake(lambda num, calls: _pairs(_steps(num, calls, int)),
                "you cut the steps off instead of rounding them.", "int(171.9) is 171.",
                "Use round."),
    ),
)  # fmt: skip

EXERCISES = (SHARE, REPORT, COMPARISON, ERRORS, VISITS)
check_share = SHARE.check
check_report = REPORT.check
check_comparison = COMPARISON.check
check_errors = ERRORS.check
check_visits = VISITS.check
