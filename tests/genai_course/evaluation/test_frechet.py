"""The Frechet distance against closed forms, scipy's matrix root and simulated samples."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm

from genai_course.evaluation.frechet import (
    frechet_bias,
    frechet_distance,
    gaussian_frechet,
    mean_and_covariance,
)


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def test_mean_and_covariance_are_numpys():
    x = normal(50, 6) + 100
    mean, covariance = mean_and_covariance(x)
    np.testing.assert_allclose(mean, x.numpy().mean(axis=0))
    np.testing.assert_allclose(covariance, np.cov(x.numpy().T), atol=1e-10)


def test_in_one_dimension_it_is_known():
    one = torch.ones(1, 1).double()
    got = gaussian_frechet(torch.tensor([1.0]), 4 * one, torch.tensor([-2.0]), 9 * one)
    assert got == pytest.approx(3**2 + (2 - 3) ** 2)


def test_it_is_the_form_with_scipys_matrix_root():
    a, b = normal(300, 6), normal(200, 6, seed=1) @ normal(6, 6, seed=2) + 1
    (mean_a, cov_a), (mean_b, cov_b) = mean_and_covariance(a), mean_and_covariance(b)
    root = sqrtm((cov_a @ cov_b).numpy()).real
    expected = (mean_a - mean_b).square().sum() + (cov_a + cov_b).trace() - 2 * np.trace(root)
    assert frechet_distance(a, b) == pytest.approx(expected.item(), rel=1e-9)
    assert frechet_distance(b, a) == pytest.approx(expected.item(), rel=1e-9)


def test_the_same_features_are_at_distance_zero_and_a_shift_costs_its_square():
    a = normal(500, 16)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(a, a + 0.5) == pytest.approx(16 * 0.25)
    assert frechet_distance(a, 3 * (a - a.mean(0))) == pytest.approx(
        (4 * a.var(0).sum() + a.mean(0).square().sum()).item()
    )


def test_singular_covariances_are_no_trouble():
    """Copies of one image, fewer images than features, a feature that never fires."""
    a, copies = normal(400, 16), torch.ones(30, 16)
    total = a.var(0).sum() + (a.mean(0) - 1).square().sum()
    assert frechet_distance(a, copies) == pytest.approx(total.item())
    assert frechet_distance(copies, a) == pytest.approx(total.item())
    assert frechet_distance(copies, copies) == 0
    few = normal(8, 16, seed=4)
    assert frechet_distance(few, few) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(few, a) == pytest.approx(frechet_distance(a, few), rel=1e-6)
    silent = a * (torch.arange(16) > 3)
    assert frechet_distance(silent, silent) == pytest.approx(0, abs=1e-6)


def test_float32_features_far_from_zero_lose_nothing():
    a, b = normal(300, 8), normal(300, 8, seed=1)
    shifted = frechet_distance((a + 100).float(), (b + 100).float())
    assert shifted == pytest.approx(frechet_distance(a, b), rel=1e-3)


def test_the_bias_of_standard_normal_features_has_its_known_form():
    """d = 32 and equal sizes: 592 / N."""
    assert frechet_bias(torch.eye(32), 500, 500) == pytest.approx(592 / 500)
    assert frechet_bias(torch.eye(32), 500, 2000) == pytest.approx(592 / 2 * (1 / 500 + 1 / 2000))


@pytest.mark.parametrize(("num_a", "num_b"), [(1000, 1000), (2000, 500)])
def test_the_bias_is_what_samples_of_one_gaussian_show(num_a, num_b):
    scale = torch.linspace(0.2, 3, 12).double()
    values = [
        frechet_distance(
            normal(num_a, 12, seed=2 * i) * scale, normal(num_b, 12, seed=2 * i + 1) * scale
        )
        for i in range(100)
    ]
    expected = frechet_bias(torch.diag(scale**2), num_a, num_b)
    assert sum(values) / 100 == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("bad", [torch.ones(1, 4), torch.ones(4), torch.full((5, 4), torch.nan)])
def test_what_has_no_covariance_is_refused(bad):
    with pytest.raises(ValueError, match="wanted"):
        frechet_distance(bad, torch.randn(10, 4))
