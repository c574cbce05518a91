"""Exercises of notebook 09: an answer that nobody foresaw."""

from genai_course.exercises import elbo as exercise


def test_an_unknown_wrong_answer_is_compared_plainly():
    said = exercise.KL_BETWEEN.verdict(lambda mu, logvar, prior_mu, prior_logvar: mu.sum())
    assert (
        said == "✗ Exercise 9.1: the KL of five pairs of Gaussians: the shape is (), wanted (5,)."
    )
