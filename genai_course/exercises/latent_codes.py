"""Exercises of notebook 13: k-means, nats of a code, reports of collapse, held-out R2, a gradient.

The judgements 13.2 and 13.3 are in `latent_codes_judgements`.
"""

import torch

from genai_course.exercises.answers import gradients
from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.latent_codes_judgements import COLLAPSE, NATS


def _numbers(*shape, seed=13):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.double)


# 13.1 -----------------------------------------------------------------------------------------


def _entries_of_seven():
    """Seven vectors, four entries: one is nearest to one vector, two to three, one to none."""
    entries = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [40.0, 40.0]], dtype=torch.double)
    home = torch.tensor([1, 0, 2, 1, 2, 1, 2])
    return (entries[home] + 0.4 * _numbers(7, 2)).float(), entries.float()


def _observe_step(attempt):
    z_e, entries = _entries_of_seven()
    return {
        "the entries after one step": attempt(z_e, entries),
        "the entries after a step from others": attempt(z_e + 5, entries + 4.5),
        "the entries after a step among others' vectors": attempt(
            _numbers(60, 2, seed=16).float(), 0.5 * _numbers(6, 2, seed=17).float()
        ),
    }


def _means(z_e, entries, combine=lambda own, entry: own.mean(dim=0), unused=lambda e, z: e,
           choose=lambda distance: distance.argmin(dim=1)):  # fmt: skip
    index = choose(torch.cdist(z_e, entries))
    own = [z_e[index == k] for k in range(len(entries))]
    return torch.stack(
        [combine(o, e) if len(o) else unused(e, z_e) for o, e in zip(own, entries, strict=True)]
    )


STEP = Exercise(
    number="13.1", title="One step of k-means", observe=_observe_step, reference=_means,
    praise="each entry is the mean of its vectors, and what nobody chose stays",
    mistakes=(
        Mistake(lambda z, e: _means(z, e, unused=lambda entry, z: 0 * entry),
                "an entry that nobody chose jumps to zero.", "without vectors there is no mean.",
                "Keep the old entry where no vector chose it."),
        Mistake(lambda z, e: _means(z, e, unused=lambda entry, z: torch.nan * entry),
                "an entry that nobody chose becomes 0 / 0.", "without vectors there is no mean.",
                "Keep the old entry where no vector chose it."),
        Mistake(lambda z, e: _means(z, e, combine=lambda own, entry: own.sum(dim=0)),
                "you add the vectors of an entry up.", "where is the middle of three vectors?",
                "Divide by their number."),
        Mistake(lambda z, e: _means(z, e, combine=lambda own, entry: own.sum(dim=0) / len(z)),
                "you divide by the number of all vectors.",
                "an entry is the mean of those that chose it.", "Divide by their own number."),
        Mistake(lambda z, e: _means(z, e, choose=lambda distance: distance.argmax(dim=1)),
                "you take the farthest entry of each vector.", "near is a small distance.",
                "Use argmin."),
        Mistake(lambda z, e: z[torch.cdist(z, e).argmin(dim=0)],
                "you put each entry on the vector that is nearest to it.",
                "the vectors choose, not the entries.",
                "Choose an entry for each vector, then average the vectors."),
        Mistake(lambda z, e: _means(z, _means(z, e)), "you went on after one step.",
                "after a step some vectors are nearer to another entry.",
                "Choose once, average once, return."),
        Mistake(lambda z, e: _means(z, e, combine=lambda own, entry: (own.mean(0) + entry) / 2),
                "the entry goes half of the way only.", "one step goes to the mean itself.",
                "With decay 0 the old entry does not count."),
    ),
)  # fmt: skip

# 13.4 -----------------------------------------------------------------------------------------


def _table(rows=60):
    codes = _numbers(rows, 3)
    factors = codes @ _numbers(3, 2, seed=14) + 0.7 * _numbers(rows, 2, seed=15) + 2.0
    factors[40:] += 0.4  # so that the two means differ
    return codes, factors


def _observe_share(attempt):
    codes, factors = _table()
    return {
        "the shares of two factors": attempt(codes[:40], factors[:40], codes[40:], factors[40:])
    }


def _share(bias=True, measured="new", around="new", square=lambda t: t.pow(2), whole=False):
    """Build an answer: a fit on the labelled rows, then 1 - errors / spread on some rows."""

    def attempt(codes, factors, new_codes, new_factors):
        def inputs(c):
            return torch.cat([c, torch.ones(len(c), int(bias), dtype=c.dtype)], dim=1)

        fitted = torch.linalg.lstsq(inputs(codes), factors).solution
        seen, truth = (new_codes, new_factors) if measured == "new" else (codes, factors)
        centre = {"new": new_factors, "old": factors}[around].mean(dim=0)
        error = square(truth - inputs(seen) @ fitted)
        spread = square(truth - (0 if around == "nothing" else centre))
        if whole:
            return (1 - error.sum() / spread.sum()).expand(factors.shape[1])
        return 1 - error.sum(dim=0) / spread.sum(dim=0)

    return attempt


def _correlation(codes, factors, new_codes, new_factors):
    ones = torch.ones(len(codes), 1, dtype=codes.dtype)
    fitted = torch.linalg.lstsq(torch.cat([codes, ones], dim=1), factors).solution
    guess = new_codes @ fitted[:-1] + fitted[-1]
    pairs = zip(guess.T, new_factors.T, strict=True)
    return torch.stack([torch.corrcoef(torch.stack(pair))[0, 1] ** 2 for pair in pairs])


SHARE = Exercise(
    number="13.4", title="The share that a linear map finds", observe=_observe_share,
    reference=_share(), praise="fitted on the labelled rows, measured on the others",
    mistakes=(
        Mistake(_share(bias=False), "the map has no constant, so the fit must pass through zero.",
                "a factor need not be 0 where the code is.", "Put a column of ones beside it."),
        Mistake(_share(measured="old", around="old"),
                "you measure on the rows that the map was fitted to.",
                "a map with many inputs fits noise as well.", "Measure on the new rows."),
        Mistake(_share(around="old"),
                "the spread is taken around the mean of the labelled rows.",
                "what a constant could explain of the new rows, knows their own mean.",
                "Subtract the mean of new_factors."),
        Mistake(_correlation, "this is a squared correlation: it forgives a wrong scale.",
                "a guess that is always 3 too high is well correlated, and wrong.",
                "Use 1 - sum of squared errors / sum of squared distances from the mean."),
        Mistake(_share(square=lambda t: (t - t.mean(dim=0)).pow(2)),
                "the mean of the errors is forgiven, as `var` forgives it.",
                "a guess that is always too high is not a good one.",
                "Square the errors as they are, and add them up."),
        Mistake(_share(square=lambda t: t.abs()), "you add absolute errors, not squares.",
                "a variance is made of squares.", "Square both."),
        Mistake(_share(whole=True), "both factors get one share.",
                "one factor may be found and the other missed.", "Sum over the rows only, dim=0."),
    ),
)  # fmt: skip

# 13.5 -----------------------------------------------------------------------------------------


def _observe_pass(attempt):
    z_e, entry = (_numbers(4, 2, seed=s).requires_grad_() for s in (16, 17))
    result = attempt(z_e, entry)
    at_z_e, at_entries = gradients(result, z_e, entry)
    return {
        "what the decoder gets": result,
        "the gradient at z_e": at_z_e,
        "the gradient at the entries": at_entries,
    }


PASS = Exercise(
    number="13.5", title="Find the bug: the gradient passes the wrong way",
    observe=_observe_pass, reference=lambda z_e, entry: z_e + (entry - z_e).detach(),
    praise="forwards the entry, backwards z_e", same_shape=True,
    mistakes=(
        Mistake(lambda z_e, entry: entry + (z_e - entry).detach(),
                "this is what stood there: the decoder gets z_e, the entries get the gradient.",
                "forwards the detached part counts in full, backwards not at all.",
                "What is outside of detach() gets the gradient."),
        Mistake(lambda z_e, entry: entry, "the encoder gets no gradient.",
                "an entry was chosen by argmin, which has none.", "Let z_e stand in the sum."),
        Mistake(lambda z_e, entry: z_e, "nothing is quantised: the decoder gets z_e itself.",
                "the decoder must get the entry.", "Add what is missing, without its gradient."),
        Mistake(lambda z_e, entry: z_e + entry - z_e.detach(),
                "the entries get the decoder's gradient, too.",
                "they have a loss of their own.", "Detach the entry as well."),
        Mistake(lambda z_e, entry: (z_e + entry - z_e).detach(),
                "nobody gets a gradient: all is detached.", "z_e has to be left outside.",
                "Detach the difference only."),
    ),
)  # fmt: skip

EXERCISES = (STEP, NATS, COLLAPSE, SHARE, PASS)
check_step = STEP.check
check_nats = NATS.check
check_collapse = COLLAPSE.check
check_share = SHARE.check
check_pass = PASS.check
