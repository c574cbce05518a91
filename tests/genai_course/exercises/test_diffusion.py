"""Exercises of notebook 14: the judgements have all answers in them, and no answer is a tie."""

from genai_course.exercises.diffusion import COMPARISON, REPORT, VISITS
from genai_course.exercises.diffusion_judgements import ANCESTRAL, DDIM, REPORTS


def test_every_verdict_on_a_report_is_the_right_one_somewhere():
    seen = REPORT.observe(REPORT.reference)
    assert set(seen.values()) == {"not digits", "few pictures", "no fault seen"}


def test_no_report_lies_on_the_edge_of_a_rule():
    for samples, real in REPORTS.values():
        assert abs(samples[0] - real[0] / 3) > 0.01
        assert abs(samples[2] - real[2] / 2) > 0.01


def test_everything_that_spoils_a_comparison_spoils_one():
    seen = COMPARISON.observe(COMPARISON.reference)
    spoils = {"network", "calls", "num_images", "too few seeds", "reused seeds"}
    assert set(seen.values()) == {*spoils, "fair"}
    assert COMPARISON.reference(DDIM, ANCESTRAL) == "fair"


def test_every_walk_begins_with_noise_and_ends_with_data():
    for walk in VISITS.observe(VISITS.reference).values():
        assert walk[-1][1] == 0 and (walk[1:, 0] == walk[:-1, 1]).all()
        assert (walk[:, 0] > walk[:, 1]).all()
