"""Exercises 7.4 and 7.5: tell two diseases apart, and do not count classes in noise."""

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 7.4 ------------------------------------------------------------------------------------------

UNEVEN_ALL = [0.2, 0.2, 0.18, 0.17, 0.15, 0.1]


def _stories():
    """Shares of six modes over ten snapshots, and what a careful reader says of each."""

    def on(*modes):
        row = [0.0] * 6
        for mode in modes:
            row[mode] += 1 / len(modes)
        return row

    stray = [0.98, 0.004, 0.004, 0.004, 0.004, 0.004]
    return {
        "one mode for ever": [on(2)] * 10,
        "two modes, equally": [on(1, 4)] * 10,
        "one mode and a few strays": [stray] * 10,
        "another mode each time": [on(k % 6) for k in range(10)],
        "two modes in turns": [on(k % 2) for k in range(10)],
        "away and back again": [on(0)] * 6 + [on(3)] * 2 + [on(0)] * 2,
        "all modes, unevenly": [UNEVEN_ALL, UNEVEN_ALL[::-1]] * 5,
        "hopped when young, settled since": [on(0), on(3), on(1)] + [UNEVEN_ALL] * 7,
    }


def _observe_diagnosis(attempt):
    stories = _stories().items()
    return {f"the diagnosis of '{name}'": attempt(torch.tensor(rows)) for name, rows in stories}


def _hops(shares):
    largest, mode = shares.max(dim=1)
    sure = largest > 0.5
    return bool(((mode[1:] != mode[:-1]) & sure[1:] & sure[:-1]).any())


def _settled(shares):
    few = int((shares[-1] >= 0.01).sum()) <= shares.shape[1] / 2
    return "freezes" if few else "covers"


def _diagnose(hops, settled):
    def attempt(shares):
        return "hops" if hops(shares) else settled(shares)

    return attempt


def _of_the_mean(shares):
    return "freezes" if int((shares.mean(dim=0) >= 0.01).sum()) <= shares.shape[1] / 2 else "covers"


DIAGNOSE = Exercise(
    number="7.4",
    title="Tell the two diseases apart",
    asks="a function of shares (T, K) that returns one of three words.",
    observe=_observe_diagnosis,
    reference=_diagnose(lambda shares: _hops(shares[len(shares) // 2 :]), _settled),
    praise="hopping is seen in time, freezing in the last snapshot",
    mistakes=(
        Mistake(
            _settled,
            "you looked at the last snapshot only, where a hopping generator looks frozen.",
            "hopping is a motion.",
            "Compare each late snapshot with the one before.",
        ),
        Mistake(
            _of_the_mean,
            "you averaged over time, and a generator that hops over all modes looks healthy.",
            "covering means: all modes at the same time.",
            "Average over nothing; compare successive snapshots.",
        ),
        Mistake(
            _diagnose(
                lambda s: bool(
                    (s[len(s) // 2 :].argmax(1)[1:] != s[len(s) // 2 :].argmax(1)[:-1]).any()
                ),
                _settled,
            ),
            "a change of the largest share is not a hop when no mode holds more than half.",
            "with even shares chance alone decides which is the largest.",
            "Ask for a share above 0.5 before and after.",
        ),
        Mistake(
            _diagnose(lambda shares: _hops(shares[[0, -1]]), _settled),
            "you compared the first with the last snapshot; who comes back was away all the same.",
            "a hop is between two successive snapshots.",
            "Compare shares[1:] with shares[:-1], in the second half.",
        ),
        Mistake(
            _diagnose(_hops, _settled),
            "you counted hops from the very beginning, when every generator still moves about.",
            "judge the second half of the training.",
            "Cut with shares[len(shares) // 2:].",
        ),
        Mistake(
            _diagnose(
                lambda shares: _hops(shares[len(shares) // 2 :]),
                lambda s: "freezes" if int((s[-1] > 0).sum()) <= s.shape[1] / 2 else "covers",
            ),
            "a mode with one stray sample counted as covered.",
            "a share of 0.4 % is a stray.",
            "Count modes with a share of at least 0.01.",
        ),
    ),
)

# 7.5 ------------------------------------------------------------------------------------------


def _verdicts():
    """Probabilities of 500 images, shape (500, 11): many noise, some clear, some doubtful."""
    generator = torch.Generator().manual_seed(5)
    noise = 3 * torch.randn(300, 11, generator=generator)
    noise[:, 10] += 14
    clear = torch.zeros(160, 11)
    clear[torch.arange(160), torch.arange(160) % 4] = 9.0
    doubtful = torch.zeros(36, 11)
    doubtful[torch.arange(36), 4 + torch.arange(36) % 2] = 2.0
    stray = torch.zeros(4, 11)
    stray[0, 7] = 9.0
    return torch.cat((noise, clear, doubtful, stray)).softmax(dim=1)


def _observe_classes(attempt):
    few = torch.zeros(1000, 11)
    few[:997, 10], few[997:999, 2], few[999, 5] = 9.0, 9.0, 9.0
    return {
        "the number of classes among noise and some digits": attempt(_verdicts()),
        "the number among much noise and three clear digits": attempt(few.softmax(dim=1)),
    }


def _classes(columns, threshold, minimum, share_of_all=True):
    def attempt(probabilities):
        best, verdict = probabilities[:, :columns].max(dim=1)
        readable = verdict[(best > threshold) & (verdict < 10)]
        total = len(probabilities) if share_of_all else max(1, len(readable))
        shares = torch.bincount(readable, minlength=10) / total
        return int(((shares >= minimum) & (shares > 0)).sum())

    return attempt


def _with_noise_as_a_class(probabilities):
    best, verdict = probabilities.max(dim=1)
    shares = torch.bincount(verdict[best > 0.9], minlength=11) / len(probabilities)
    return int((shares >= 0.01).sum())


CLASSES = Exercise(
    number="7.5",
    title="Find the bug: noise of many classes",
    asks="a function of probabilities (N, 11) that returns a number of classes.",
    observe=_observe_classes,
    reference=_classes(11, 0.9, 0.01),
    praise="noise has no class, and a few lucky images do not make one",
    mistakes=(
        Mistake(
            _classes(10, 0.0, 0.0),
            "noise still has classes: whoever must choose among ten digits will name one.",
            "the judge has an eleventh answer.",
            "Take the largest of all eleven columns.",
        ),
        Mistake(
            _with_noise_as_a_class,
            'you counted "not a digit" as a class.',
            "column 10 is no digit.",
            "Leave the verdict 10 out.",
        ),
        Mistake(
            _classes(11, 0.0, 0.01),
            "images of which the judge is not sure have been counted.",
            "readable means: a probability above 0.9.",
            "Keep a verdict only where its probability exceeds 0.9.",
        ),
        Mistake(
            _classes(11, 0.9, 0.0),
            "a handful of lucky images made a class.",
            "a class needs at least one image in a hundred.",
            "Compare the count with 0.01 * len(probabilities).",
        ),
        Mistake(
            _classes(11, 0.9, 0.01, share_of_all=False),
            "your share is one of the readable images; a generator of noise with three lucky "
            "images passes.",
            "what cannot be read belongs in the denominator as well.",
            "Divide by the number of all images.",
        ),
    ),
)
