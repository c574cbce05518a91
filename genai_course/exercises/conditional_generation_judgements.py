"""Exercises 12.2 and 12.3: is the label used at all, and what is wrong with this model?"""

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 12.2 -----------------------------------------------------------------------------------------


def _draw(mean, std, seed, count=400):
    """Numbers with exactly this mean and this standard deviation."""
    x = torch.randn(count, generator=torch.Generator().manual_seed(seed), dtype=torch.double)
    return mean + std * (x - x.mean()) / x.std()


_FEW = torch.where(torch.arange(400) % 10 == 0, 22.0, -0.2).double()
DIFFERENCES = {  # what a permuted label costs more, nats of each image
    "a model that listens well": _draw(40.0, 15.0, 1),
    "a model that listens a little": _draw(0.5, 1.0, 2),
    "a model that does not listen": _draw(0.08, 1.0, 3),
    "a model that does not listen, by chance below": _draw(-0.08, 1.0, 4),
    "a model for which few images cost much": _FEW,
    "a model that was trained with other names": _draw(-20.0, 15.0, 5),
    "a few images only": _draw(3.0, 9.0, 6, count=40),
    "a few more images": _draw(3.0, 9.0, 7, count=100),
}


def _observe_use(attempt):
    seen = {}
    for name, difference in DIFFERENCES.items():
        own = _draw(110.0, 25.0, 8, count=len(difference))
        seen[f"the verdict on {name}"] = attempt(own, own + difference)
    return seen


def _paired(own, permuted):
    return (permuted - own).std() / len(own) ** 0.5


def _use(
    error=_paired, middle=lambda d: d.mean(), least=0.0, low=True, names=("used", "mismatched")
):
    def attempt(own, permuted):
        cost, room = middle(permuted - own), 3 * error(own, permuted)
        if cost > max(room, least):
            return names[0]
        return names[1] if low and cost < -room else "no sign"

    return attempt


def _by_vote(own, permuted):
    return "used" if (permuted > own).double().mean() > 0.5 else "no sign"


USED = Exercise(
    number="12.2",
    title="Judge: does it use its label?",
    asks="`attempt(own, permuted)`, two tensors (N,) of nats, returns a text.",
    observe=_observe_use,
    reference=_use(),
    praise="image by image, and held against its error",
    mistakes=(
        Mistake(
            _use(error=lambda a, b: (a.var() / len(a) + b.var() / len(b)) ** 0.5),
            "you treat both as independent: a hard image is hard under either label.",
            "the same images stand in both rows.",
            "Take the differences first, then their standard error.",
        ),
        Mistake(
            _use(error=lambda a, b: (b - a).std()),
            "you use the spread of single images; the mean of N is surer than that.",
            "what is the standard error of a mean?",
            "Divide by the root of N.",
        ),
        Mistake(
            _use(error=lambda a, b: 0.0),
            "you take every difference for a sign, chance included.",
            "a model that does not listen has a difference that is not quite 0.",
            "Ask for three standard errors.",
        ),
        Mistake(
            _use(middle=lambda d: d.abs().mean(), low=False),
            "you average absolute differences; noise alone makes them positive.",
            "costs and savings must be able to cancel.",
            "Leave out the absolute value.",
        ),
        Mistake(
            _use(least=2.3),
            "you ask for log 10 nats; that limits what the *right* label is worth, from above.",
            "half a nat, measured well, is a sign of use.",
            "Compare with the error only.",
        ),
        Mistake(
            _by_vote,
            "you count images; some may save a little while a few pay a lot.",
            "the bound is a mean of nats.",
            "Take the mean of the differences.",
        ),
        Mistake(
            _use(low=False),
            "you overlook a model that finds other images' labels *better* than the own ones.",
            "which labels was it trained with, if the wrong ones fit better?",
            "A cost below -3 errors is 'mismatched'.",
        ),
        Mistake(
            _use(names=("mismatched", "used")),
            "the sign is turned: who uses its label pays for a wrong one.",
            "permuted - own is positive for a model that listens.",
            "Swap the two.",
        ),
    ),
)

# 12.3 -----------------------------------------------------------------------------------------

_VARIED = (0.95, 1.0, 0.9, 1.05)
REPORTS = {  # rows: label asked for; columns: four digits, "not a digit"; diversity of each label
    "a good model": (
        [[96, 1, 1, 0, 2], [0, 98, 0, 1, 1], [2, 1, 94, 1, 2], [0, 0, 2, 95, 3]], _VARIED),
    "a model that draws one image a class": (
        [[100, 0, 0, 0, 0], [0, 100, 0, 0, 0], [0, 0, 100, 0, 0], [0, 0, 0, 100, 0]],
        (0.1, 0.1, 0.12, 0.08)),
    "a model with one collapsed class": (
        [[98, 1, 0, 0, 1], [1, 97, 1, 0, 1], [0, 0, 100, 0, 0], [0, 0, 2, 96, 2]],
        (0.95, 1.0, 0.1, 1.05)),
    "a model that does not hear the label": (
        [[24, 26, 22, 25, 3], [27, 23, 25, 22, 3], [25, 25, 23, 25, 2], [23, 26, 26, 22, 3]],
        _VARIED),
    "a deaf model that loves one digit": (
        [[90, 3, 3, 2, 2], [88, 4, 3, 3, 2], [91, 2, 2, 3, 2], [89, 3, 3, 3, 2]], _VARIED),
    "a model asked unequally often": (
        [[9, 0, 0, 0, 1], [0, 88, 4, 4, 4], [1, 0, 19, 0, 0], [12, 8, 10, 360, 10]], _VARIED),
    "a deaf model asked unequally often": (
        [[3, 2, 3, 2, 0], [120, 70, 115, 85, 10], [6, 4, 5, 4, 1], [30, 20, 30, 18, 2]], _VARIED),
    "a model with two names exchanged": (
        [[96, 1, 1, 0, 2], [0, 98, 0, 1, 1], [2, 1, 1, 94, 2], [0, 0, 95, 2, 3]], _VARIED),
    "a model with all names moved on": (
        [[1, 95, 1, 1, 2], [0, 1, 97, 1, 1], [2, 1, 1, 94, 2], [95, 0, 2, 0, 3]], _VARIED),
    "a model that draws 0 for 1 as well": (
        [[96, 1, 1, 0, 2], [97, 0, 1, 1, 1], [2, 1, 94, 1, 2], [0, 0, 2, 95, 3]], _VARIED),
    "a model that is often unreadable": (
        [[40, 2, 2, 1, 55], [1, 41, 1, 2, 55], [2, 2, 38, 2, 56], [1, 2, 3, 39, 55]], _VARIED),
}  # fmt: skip


def _observe_reports(attempt):
    return {
        f"the diagnosis of {name}": attempt(
            torch.tensor(counts).double(), torch.tensor(diversity).double()
        )
        for name, (counts, diversity) in REPORTS.items()
    }


def _alike(counts):
    shares = counts / counts.sum(dim=1, keepdim=True)
    return bool((shares.amax(dim=0) - shares.amin(dim=0)).max() < 0.2)


def _misnamed(counts):
    digits = counts[:, : len(counts)]
    return bool((digits.argmax(dim=1) != torch.arange(len(counts))).any())


def _accuracy(counts):
    return (counts.diagonal() / counts.sum(dim=1)).mean()


def _illness(deaf=_alike, misnamed=_misnamed, collapsed=lambda d: bool(d.min() < 0.5), order="dmc"):
    def attempt(counts, diversity):
        signs = {
            "d": ("deaf", deaf(counts)),
            "m": ("misnamed", misnamed(counts)),
            "c": ("collapsed", collapsed(diversity)),
        }
        found = [signs[letter][0] for letter in order if signs[letter][1]]
        return found[0] if found else "healthy"

    return attempt


def _columns_first(counts):
    digits = counts[:, : len(counts)]
    return bool((digits.argmax(dim=0) != torch.arange(len(counts))).any())


ILLNESS = Exercise(
    number="12.3",
    title="Judge: what is wrong with this model?",
    asks="`attempt(counts, diversity)` returns a text.",
    observe=_observe_reports,
    reference=_illness(),
    praise="rows against rows, rows against names, and every class by itself",
    mistakes=(
        Mistake(
            _illness(deaf=lambda counts: bool(_accuracy(counts) < 0.4)),
            "you call deaf whoever is often wrong; with names exchanged it listens all too well.",
            "a deaf model draws the same for all labels.",
            "Compare the rows with each other, not with the diagonal.",
        ),
        Mistake(
            _illness(misnamed=lambda counts: bool(_accuracy(counts) < 0.4)),
            "two exchanged names out of four still leave a good mean accuracy.",
            "look at each row by itself.",
            "The largest count of a row must be on the diagonal.",
        ),
        Mistake(
            _illness(misnamed=_columns_first),
            "you look down the columns; what was asked for stands in the rows.",
            "for each label: which digit is drawn most often?",
            "Use argmax(dim=1).",
        ),
        Mistake(
            _illness(misnamed=lambda c: bool((c.argmax(dim=1) != torch.arange(len(c))).any())),
            "you count 'not a digit' as a wrong name; that is bad drawing, but no other name.",
            "the last column is no digit.",
            "Look for the largest of the first K columns.",
        ),
        Mistake(
            _illness(collapsed=lambda d: bool(d.mean() < 0.5)),
            "one collapsed class hides behind the mean of the others.",
            "each class is a game of its own.",
            "Take the smallest diversity.",
        ),
        Mistake(
            _illness(collapsed=lambda d: False),
            "you did not look at the diversity; the model of medians had the best counts of all.",
            "a single image a class is always the right digit.",
            "Any diversity below 0.5 is a collapse.",
        ),
        Mistake(
            _illness(deaf=lambda c: bool((c.amax(dim=0) - c.amin(dim=0)).max() < 20)),
            "you compare counts; some labels were asked for more often than others.",
            "divide each row by its sum.",
            "Compare shares, with the limit 0.2.",
        ),
        Mistake(
            _illness(order="mdc"),
            "of a deaf model you say that its names are wrong; it has none.",
            "a deaf model's largest counts are off the diagonal, too.",
            "Ask for deafness first.",
        ),
    ),
)
