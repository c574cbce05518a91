"""Precision, recall, density and coverage against scikit-learn's neighbours and closed forms."""

import numpy as np
import pytest
import torch
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

from genai_course.evaluation.frechet import frechet_distance
from genai_course.evaluation.kernel import kid
from genai_course.evaluation.neighbours import (
    count_in_balls,
    density_coverage,
    expected_coverage,
    neighbour_radii,
    precision_recall,
)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("k", [1, 3, 5])
def test_the_radius_reaches_to_the_kth_other_point(k):
    x = normal(611, 8)  # more than two blocks
    expected = NearestNeighbors(n_neighbors=k).fit(x.numpy()).kneighbors()[0][:, -1]
    np.testing.assert_allclose(neighbour_radii(x, k), expected, atol=1e-5)
    assert neighbour_radii(torch.tensor([[0.0], [1.0], [3.0]]), 1).tolist() == [1, 1, 2]


def test_copies_are_neighbours_of_each_other_at_distance_zero():
    assert neighbour_radii(torch.ones(9, 3), 2).tolist() == [0] * 9


@pytest.mark.parametrize(("count", "k", "told"), [(5, 0, "wanted 1 or more"), (5, 5, "got 5")])
def test_more_neighbours_than_points_are_refused(count, k, told):
    with pytest.raises(ValueError, match=told):
        neighbour_radii(normal(count, 2), k)


def test_points_in_balls_are_counted_both_ways():
    centres, radii = torch.tensor([[0.0], [10.0]]), torch.tensor([2.0, 1.0])
    points = torch.tensor([[0.0], [2.0], [2.5], [9.5]])  # 2.0 lies on the edge, which counts
    in_ball, over_point = count_in_balls(centres, radii, points)
    assert in_ball.tolist() == [2, 1] and over_point.tolist() == [1, 1, 0, 1]


def oracle(real, fake, k):
    """The four numbers from whole distance matrices, by scikit-learn and NumPy."""
    real, fake = real.numpy().astype(float), fake.numpy().astype(float)
    r_real, r_fake = (np.sort(pairwise_distances(x), axis=1)[:, k] for x in (real, fake))
    cross = pairwise_distances(real, fake)
    return (
        (cross < r_real[:, None]).any(axis=0).mean(),
        (cross < r_fake[None, :]).any(axis=1).mean(),
        (cross < r_real[:, None]).sum(axis=0).mean() / k,
        (cross.min(axis=1) < r_real).mean(),
    )


@pytest.mark.parametrize("k", [1, 3, 5])
def test_all_four_are_those_of_whole_distance_matrices(k):
    real, fake = normal(611, 6), 1.3 * normal(403, 6, seed=1) + 0.2
    precision, recall, density, coverage = oracle(real, fake, k)
    assert precision_recall(real, fake, k) == pytest.approx((precision, recall), abs=1e-12)
    assert density_coverage(real, fake, k) == pytest.approx((density, coverage), abs=1e-12)
    assert precision != recall  # else a swap would pass


def test_precision_is_fidelity_and_recall_is_diversity():
    """Fakes crowded where real points are dense, then fakes far beyond them."""
    real = normal(500, 4)
    precision, recall = precision_recall(real, 0.3 * normal(500, 4, seed=1))
    assert precision > 0.95 and recall < 0.5
    precision, recall = precision_recall(real, 4 * normal(500, 4, seed=1))
    assert precision < 0.5 and recall > 0.8


@pytest.mark.parametrize(("n", "m", "k"), [(300, 300, 5), (400, 100, 3), (100, 300, 2)])
def test_equal_distributions_have_density_one_and_the_expected_coverage(n, m, k):
    got = torch.tensor(
        [density_coverage(normal(n, 5, seed=i), normal(m, 5, seed=900 + i), k) for i in range(80)]
    )
    error = got.std(dim=0) / 80**0.5
    wanted = torch.tensor([1.0, expected_coverage(n, m, k)])
    assert ((got.mean(dim=0) - wanted).abs() < 4 * error).all(), (got.mean(dim=0), wanted)
    assert error.max() < 0.02


def test_the_expected_coverage_tends_to_one_minus_a_power_of_two():
    assert expected_coverage(400, 400) == pytest.approx(0.9694, abs=2e-3)
    assert expected_coverage(10**7, 10**7, k=3) == pytest.approx(1 - 1 / 8, abs=1e-6)


def test_the_expected_coverage_of_a_few_is_a_ratio_of_binomials():
    """None of the 2 nearest of 5 real and 3 fake companions is a fake: 10 of 28 choices."""
    assert expected_coverage(6, 3, k=2) == pytest.approx(1 - 10 / 28)


def test_one_image_repeated_is_faithful_and_not_diverse():
    real = normal(500, 4)
    fake = real.mean(0).expand(200, -1)
    precision, recall = precision_recall(real, fake)
    density, coverage = density_coverage(real, fake)
    assert precision == 1 and recall == 0 and density > 0.5 and coverage < 0.2


@pytest.mark.parametrize("metric", [frechet_distance, kid, precision_recall, density_coverage])
def test_no_metric_holds_more_than_a_block_of_distances(metric, largest_tensor):
    """So that 10,000 against 10,000 images fit; how quick that is `make benchmark` measures."""
    with largest_tensor() as largest:
        metric(normal(1500, 64), normal(1200, 64, seed=1))
    assert 0 < largest.count <= 250 * 1500
