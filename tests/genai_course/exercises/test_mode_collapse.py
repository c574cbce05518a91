"""Exercises of notebook 07: the reference passes, the stub does not, each wrong answer is named."""

import math

import numpy as np
import pytest
import torch
from exercise_bank import assert_named, assert_right, assert_stub

from genai_course.exercises import mode_collapse as exercise


def counts_by_loop(samples, centres, sigma):
    counts = [0] * len(centres)
    for x in samples:
        gaps = [(x - c).norm().item() for c in centres]
        if min(gaps) < 3 * sigma:
            counts[gaps.index(min(gaps))] += 1
    return counts


def counts_anywhere(samples, centres, sigma):
    return torch.bincount(torch.cdist(samples, centres).argmin(1), minlength=len(centres))


def counts_in_squares(samples, centres, sigma):
    gaps = (samples[:, None, :] - centres[None]).abs()
    return (gaps.amax(dim=2) < 3 * sigma).sum(dim=0)


def counts_by_variance(samples, centres, sigma):
    return (torch.cdist(samples, centres) < 3 * sigma * sigma).sum(0)


def counts_by_square(samples, centres, sigma):
    squares = ((samples[:, None] - centres) ** 2).sum(2)
    nearest = squares.min(1)
    return torch.bincount(nearest.indices[nearest.values < 3 * sigma], minlength=8)


def counts_of_core(samples, centres, sigma):
    return (torch.cdist(samples, centres) < sigma).sum(0)


def counts_short(samples, centres, sigma):
    d = torch.cdist(samples, centres)
    return torch.bincount(d.argmin(1)[d.amin(1) < 3 * sigma])


def counts_as_shares(samples, centres, sigma):
    return (torch.cdist(samples, centres) < 3 * sigma).float().mean(0)


def polygon(angle_of):
    def attempt(modes, radius):
        return torch.tensor(
            [
                [radius * math.cos(angle_of(k, modes)), radius * math.sin(angle_of(k, modes))]
                for k in range(modes)
            ]
        )

    return attempt


def closed_polygon(modes, radius):
    angles = np.linspace(0, 2 * np.pi, modes + 1)
    return np.stack((radius * np.cos(angles), radius * np.sin(angles)), axis=1)


def seven_called_eight(modes, radius):
    angles = np.linspace(0, 2 * np.pi, modes)
    return radius * np.stack((np.cos(angles), np.sin(angles)), axis=1)


turned = polygon(lambda k, n: 1.0 - 2 * math.pi * k / n)  # another start, the other way round


def kl_by_loop(counts, floor):
    total, result = counts.sum().item(), 0.0
    for n in counts.tolist():
        if n:
            result += n / total * math.log(len(counts) * n / total)
    return result - floor(len(counts), total)


def kl_with(floor):
    return lambda counts: kl_by_loop(counts, floor)


def kl_reversed(counts):
    k, n = len(counts), counts.sum().item()
    return (
        sum(math.log(n / k / c) if c else math.inf for c in counts.tolist()) / k - (k - 1) / 2 / n
    )


def kl_nan(counts):
    q = counts / counts.sum()
    return (q * torch.log(len(q) * q)).sum() - (len(q) - 1) / (2 * counts.sum())


def kl_in_bits(counts):
    return kl_by_loop(counts, lambda k, n: 0) / math.log(2) - (len(counts) - 1) / 2 / counts.sum()


def diagnosis(*, late=True, dominant=0.5, least=0.01, look_back=True, ends_only=False, mean=False):
    def attempt(shares):
        rows = shares.tolist()
        watched = rows[len(rows) // 2 :] if late else rows
        watched = [rows[0], rows[-1]] if ends_only else watched
        for before, after in zip(watched, watched[1:], strict=False):
            moved = before.index(max(before)) != after.index(max(after))
            if look_back and moved and min(max(before), max(after)) > dominant:
                return "hops"
        last = shares.mean(0).tolist() if mean else rows[-1]
        kept = sum(share > 0 and share >= least for share in last)
        return "freezes" if kept <= len(last) / 2 else "covers"

    return attempt


def classes(*, columns=11, sure=0.9, least=0.01, of_all=True, reject=True):
    def attempt(probabilities):
        found = {}
        for row in probabilities[:, :columns].tolist():
            verdict = row.index(max(row))
            if max(row) > sure and not (reject and verdict == 10):
                found[verdict] = found.get(verdict, 0) + 1
        total = len(probabilities) if of_all else sum(found.values())
        return sum(count >= least * total for count in found.values())

    return attempt


def right_floor(k, n):
    return (k - 1) / 2 / n


RIGHT = {
    "7.1": counts_by_loop,
    "7.2": turned,
    "7.3": kl_with(right_floor),
    "7.4": diagnosis(),
    "7.5": classes(),
}

WRONG = [
    ("7.1", counts_anywhere, "halfway between two modes"),
    ("7.1", counts_in_squares, "a square, not a disc"),
    ("7.1", counts_by_variance, "three variances"),
    ("7.1", counts_by_square, "a squared distance with 3 sigma"),
    ("7.1", counts_of_core, "one sigma only"),
    ("7.1", counts_short, "are missing from your answer"),
    ("7.1", counts_as_shares, "asked for are counts"),
    ("7.2", seven_called_eight, "This ring of eight has seven"),
    ("7.2", closed_polygon, "did not drop the last"),
    ("7.2", lambda modes, radius: turned(modes, 1), "radius 1 whatever"),
    ("7.2", lambda modes, radius: turned(modes, radius / 2), "for a diameter"),
    ("7.2", polygon(lambda k, n: math.pi * k / n), "half a circle"),
    ("7.2", polygon(lambda k, n: 360 * k / n), "in degrees"),
    ("7.3", kl_with(lambda k, n: 0), "the floor is still in it"),
    ("7.3", kl_with(lambda k, n: (k - 1) / n), "twice too high"),
    ("7.3", kl_with(lambda k, n: k / n / 2), "one is not free"),
    ("7.3", kl_reversed, "reversed"),
    ("7.3", kl_nan, "0 times log 0"),
    ("7.3", kl_in_bits, "in bits"),
    ("7.4", diagnosis(look_back=False), "the last snapshot only"),
    ("7.4", diagnosis(look_back=False, mean=True), "averaged over time"),
    ("7.4", diagnosis(dominant=0), "when no mode holds more than half"),
    ("7.4", diagnosis(ends_only=True), "the first with the last"),
    ("7.4", diagnosis(late=False), "from the very beginning"),
    ("7.4", diagnosis(least=0), "stray sample"),
    ("7.5", classes(columns=10, sure=0, least=0), "will name one"),
    ("7.5", classes(reject=False), "as a class"),
    ("7.5", classes(sure=0), "is not sure"),
    ("7.5", classes(least=0), "a handful of lucky images"),
    ("7.5", classes(of_all=False), "one of the readable images"),
]
BY_NUMBER = {item.number: item for item in exercise.EXERCISES}


@pytest.mark.parametrize("number", BY_NUMBER)
def test_right_answers_pass_and_the_stub_does_not(number):
    assert_right(BY_NUMBER[number], RIGHT[number])
    assert_right(BY_NUMBER[number], BY_NUMBER[number].reference)
    assert_stub(BY_NUMBER[number])


@pytest.mark.parametrize(("number", "attempt", "naming"), WRONG)
def test_a_wrong_answer_is_named(number, attempt, naming):
    assert_named(BY_NUMBER[number], attempt, naming)


def test_every_exercise_has_at_least_four_wrong_answers():
    assert list(BY_NUMBER) == ["7.1", "7.2", "7.3", "7.4", "7.5"]
    for number, item in BY_NUMBER.items():
        assert len(item.mistakes) >= 4
        assert sum(wrong[0] == number for wrong in WRONG) >= 4


def test_a_word_that_is_no_diagnosis_is_refused():
    assert BY_NUMBER["7.4"].verdict(lambda shares: "collapsed").startswith("✗")


def test_the_square_scores_above_the_ceiling_and_the_disc_does_not():
    x = 0.05 * torch.randn(400_000, 2, generator=torch.Generator().manual_seed(0))
    centre = torch.zeros(1, 2)
    ceiling = 1 - math.exp(-4.5)
    assert counts_in_squares(x, centre, 0.05).item() / len(x) > ceiling + 0.004
    disc = exercise.MODE_COUNTS.reference(x[:100_000], centre, 0.05).item() / 100_000
    assert abs(disc - ceiling) < 0.002


def test_the_check_functions_print_the_verdict(capsys):
    exercise.check_mode_counts(RIGHT["7.1"])
    exercise.check_ring(RIGHT["7.2"])
    exercise.check_excess_kl(RIGHT["7.3"])
    exercise.check_diagnose(RIGHT["7.4"])
    exercise.check_classes(RIGHT["7.5"])
    lines = capsys.readouterr().out.splitlines()
    assert [line[:14] for line in lines] == [f"✓ Exercise 7.{i}" for i in range(1, 6)]
