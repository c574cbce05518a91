"""The kernel distance against a plain double loop, its mean, and what it must see."""

import pytest
import torch

from genai_course.evaluation.kernel import cubic_kernel, kernel_sum, kid


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_kernel_is_the_cube_of_one_plus_the_mean_product():
    a, b = torch.tensor([[1.0, 2.0], [0.0, 0.0]]), torch.tensor([[3.0, -1.0]])
    assert cubic_kernel(a, b).tolist() == [[1.5**3], [1.0]]


def test_blocks_do_not_change_the_sum():
    a, b = normal(23, 4), normal(17, 4, seed=1)
    assert kernel_sum(a, b, rows=5) == pytest.approx(cubic_kernel(a, b).sum().item())


def test_it_is_the_plain_double_loop_without_self_pairs():
    a, b = normal(9, 3), normal(6, 3, seed=1) + 0.5

    def k(x, y):
        return (float(x @ y) / 3 + 1) ** 3

    aa = sum(k(x, y) for i, x in enumerate(a) for j, y in enumerate(a) if i != j) / (9 * 8)
    bb = sum(k(x, y) for i, x in enumerate(b) for j, y in enumerate(b) if i != j) / (6 * 5)
    ab = sum(k(x, y) for x in a for y in b) / (9 * 6)
    assert kid(a, b) == pytest.approx(aa + bb - 2 * ab, rel=1e-10)
    assert kid(b, a) == pytest.approx(kid(a, b), rel=1e-10)


def test_its_mean_on_equal_distributions_is_zero():
    values = torch.tensor(
        [kid(normal(60, 8, seed=i), normal(40, 8, seed=1000 + i)) for i in range(300)]
    )
    assert values.mean().abs() < 4 * values.std() / 300**0.5
    assert values.min() < 0 < values.max()


def test_it_sees_a_third_moment_that_the_first_two_hide():
    """Exponential against normal, both of mean 0 and variance 1."""
    skewed = -torch.rand(4000, 1, generator=torch.Generator().manual_seed(0)).double().log() - 1
    assert (
        kid(skewed, normal(4000, 1)) > 2
    )  # the difference of third moments squared, 4, less noise


@pytest.mark.parametrize(("a", "b"), [((1, 4), (5, 4)), ((5, 4), (1, 4)), ((5, 4), (5, 3))])
def test_too_few_rows_or_other_features_are_refused(a, b):
    with pytest.raises(ValueError, match="wanted"):
        kid(torch.ones(a), torch.ones(b))
