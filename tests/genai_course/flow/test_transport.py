"""Pairs of a batch against all permutations, one by one."""

import itertools

import pytest
import torch

from genai_course.flow.transport import pair_by_transport


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def cost(x, noise):
    return (x - noise).square().sum().item()


@pytest.mark.parametrize("shape", [(6, 2), (5, 1, 3, 3), (1, 2)])
def test_no_other_order_is_cheaper(shape):
    x, noise = draw(*shape), draw(*shape, seed=1)
    got = pair_by_transport(x, noise)
    least = min(cost(x, noise[list(order)]) for order in itertools.permutations(range(shape[0])))
    assert cost(x, got) == pytest.approx(least, rel=1e-5)
    assert got.shape == noise.shape and got.dtype == noise.dtype


def test_each_noise_is_used_once_and_the_given_one_left_alone():
    x, noise = draw(50, 2), draw(50, 2, seed=1)
    kept = noise.clone()
    got = pair_by_transport(x, noise)
    assert sorted(got.tolist()) == sorted(noise.tolist()) and torch.equal(noise, kept)


def test_squares_are_least_and_not_distances():
    """On a line: distances 3 + 1 and 2 + 2 are equal sums, squares 10 and 8 are not."""
    x, noise = torch.tensor([[0.0], [1.0]]), torch.tensor([[3.0], [2.0]])
    assert pair_by_transport(x, noise).flatten().tolist() == [2.0, 3.0]


def test_on_a_line_the_order_is_kept():
    x, noise = draw(40, 1), draw(40, 1, seed=1)
    got = pair_by_transport(x, noise)
    assert torch.equal(got[x[:, 0].argsort()], noise.sort(dim=0).values)


def test_unequal_batches_are_refused():
    with pytest.raises(ValueError, match="wanted"):
        pair_by_transport(draw(3, 2), draw(4, 2))
