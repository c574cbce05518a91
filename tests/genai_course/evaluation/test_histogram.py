"""Class histograms: values known by hand, and the floor against simulation."""

import math

import pytest
import torch

from genai_course.evaluation.histogram import kl_floor, kl_to_uniform, mnist_score


def test_equal_counts_have_no_divergence_and_one_class_has_all_of_it():
    assert kl_to_uniform(torch.full((10,), 7)) == pytest.approx(0, abs=1e-12)
    assert kl_to_uniform(torch.tensor([0, 0, 90, 0])) == pytest.approx(math.log(4))
    assert kl_to_uniform([5, 5, 0, 0]) == pytest.approx(math.log(2))


def test_it_is_the_divergence_from_the_shares_to_uniform_in_nats():
    """Shares 1/2, 1/4, 1/4: the other direction is 0.0589, bits would give 0.0850."""
    expected = 0.5 * math.log(1.5) + 0.5 * math.log(0.75)
    assert kl_to_uniform(torch.tensor([20, 10, 10])) == pytest.approx(expected, abs=1e-12)


def test_nothing_counted_is_not_a_number():
    assert math.isnan(kl_to_uniform(torch.zeros(10)))


@pytest.mark.parametrize("counts", [[-1, 2], [[1, 2], [3, 4]], 3])
def test_counts_that_are_none_are_refused(counts):
    with pytest.raises(ValueError, match="wanted"):
        kl_to_uniform(torch.tensor(counts))


@pytest.mark.parametrize(("classes", "samples"), [(10, 500), (8, 2500), (25, 2500)])
def test_the_floor_is_what_an_even_sampler_scores(classes, samples):
    generator = torch.Generator().manual_seed(0)
    draws = torch.randint(classes, (400, samples), generator=generator)
    values = [kl_to_uniform(torch.bincount(row, minlength=classes)) for row in draws]
    assert sum(values) / 400 == pytest.approx(kl_floor(classes, samples), rel=0.1)


def test_the_score_spans_one_to_the_number_of_classes():
    assert mnist_score(torch.eye(10).repeat(3, 1)) == pytest.approx(10)
    assert mnist_score(torch.eye(10)[:4].repeat(5, 1)) == pytest.approx(4)
    assert mnist_score(torch.eye(10)[:1].repeat(5, 1)) == pytest.approx(1)
    assert mnist_score(torch.rand(1, 10).softmax(1).expand(7, -1)) == pytest.approx(1)


def test_the_score_is_the_exponential_of_the_mutual_information():
    """Two images, p = (0.8, 0.2) and (0.3, 0.7): I = H(mean) - mean H."""
    p = torch.tensor([[0.8, 0.2], [0.3, 0.7]], dtype=torch.float64)

    def entropy(q):
        return -sum(v * math.log(v) for v in q)

    expected = entropy([0.55, 0.45]) - (entropy([0.8, 0.2]) + entropy([0.3, 0.7])) / 2
    assert math.log(mnist_score(p)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("rows", [[[0.5, 0.6]], [[1.5, -0.5]], [0.5, 0.5], [[math.nan, 1.0]]])
def test_rows_that_are_no_probabilities_are_refused(rows):
    with pytest.raises(ValueError, match="sum to 1"):
        mnist_score(torch.tensor(rows))
