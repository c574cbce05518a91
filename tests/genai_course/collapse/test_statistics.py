"""The word for a table of runs: it looks at motion, then at quality, then at modes."""

import pytest

from genai_course.collapse.causes import load_causes
from genai_course.collapse.statistics import summarise, verdict


def report(kept, hopping=0.0, quality=0.7):
    return {"modes_kept": kept, "hopping": hopping, "quality": quality}


@pytest.mark.parametrize(
    ("reports", "word"),
    [
        ([report(2)] * 5, "freezes"),
        ([report(1, 0.9)] * 5, "hops"),
        ([report(8)] * 5, "covers"),
        ([report(8)] * 3 + [report(1, 0.9)] * 2, "covers"),
        ([report(4, 0.5)] * 5, "freezes"),
        ([report(1, 0.9, quality=0.0)] * 5, "hops"),  # motion first
        ([report(1, quality=0.04)] * 5, "spreads"),  # frozen would be a word for samples on a mode
        ([report(8, quality=0.49)] * 5, "spreads"),
        ([report(8, quality=0.5)] * 5, "covers"),
        (
            [report(2, quality=0.9)] * 2 + [report(2, quality=0.3)] * 3,
            "freezes",
        ),  # the mean is 0.54
        ([report(2, quality=0.6)] * 3 + [report(2, quality=0.1)] * 2, "spreads"),  # and here 0.4
    ],
)
def test_verdicts(reports, word):
    assert verdict(reports) == word


def test_half_is_asked_of_the_mean_and_not_of_its_interval():
    assert summarise([0.2, 0.8]).reaches_half() and not summarise([0.2, 0.79]).reaches_half()


def test_no_row_of_the_table_that_freezes_or_covers_lies_off_the_modes():
    words = {name: verdict(reports) for name, reports in load_causes().items()}
    assert {*words.values()} == {"freezes", "hops", "spreads", "covers"}
    for name, reports in load_causes().items():
        quality = sum(report["quality"] for report in reports) / len(reports)
        assert words[name] == "hops" or (words[name] == "spreads") == (quality < 0.5), name
