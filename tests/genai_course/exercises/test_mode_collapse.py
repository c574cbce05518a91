"""Exercises of notebook 07: a word too many, and patients that have what they are said to have."""

import torch

from genai_course.evaluation.modes import mode_report, within_mode_spread
from genai_course.exercises import mode_collapse as exercise
from genai_course.exercises import mode_collapse_judgements as judgements


def test_a_word_that_is_no_diagnosis_is_refused():
    assert exercise.DIAGNOSE.verdict(lambda shares: "collapsed").startswith("✗")


def test_the_patients_have_the_diseases_of_their_names_by_the_courses_own_rulers():
    centres, sigma = judgements.CENTRES, judgements.RING_SIGMA
    for name, samples in judgements._patients().items():
        report = mode_report(samples, centres, sigma)
        wanted = judgements.NAME_IT.reference(samples, centres, sigma)
        if report["quality"] < 0.5:
            assert wanted == "beside", name
        elif report["modes_kept"] < 8:
            assert wanted == "missing", name
        else:
            narrow = within_mode_spread(samples, centres, sigma) < 0.5
            assert wanted == ("narrow" if narrow else "healthy"), name


def test_an_honest_sampler_of_the_bank_hardly_ever_misses_a_mode_that_is_called_missing():
    generator = torch.Generator().manual_seed(0)
    shares = torch.tensor(judgements.EVEN)
    drawn = torch.multinomial(shares, 60 * 20_000, replacement=True, generator=generator)
    counts = torch.nn.functional.one_hot(drawn.view(20_000, 60), 8).sum(dim=1)
    assert (counts == 0).any(dim=1).double().mean() <= 0.01
    verdicts = [judgements.MISSING.reference(row.double(), shares) for row in counts[:500]]
    assert verdicts.count("missing") <= 15
