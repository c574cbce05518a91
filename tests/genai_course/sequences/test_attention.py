"""Attention by loops, and by PyTorch's own."""

import math

import pytest
import torch
from torch.nn import functional as F

from genai_course.sequences.attention import attend, attention_weights, causal_mask


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).double()


def test_weights_by_loops():
    query, key = draw(3, 4), draw(5, 4, seed=1)
    got = attention_weights(query, key)
    for s in range(3):
        scores = [math.exp((query[s] @ key[t]).item() / 2) for t in range(5)]
        assert got[s].tolist() == pytest.approx([score / sum(scores) for score in scores])


@pytest.mark.parametrize("masked", [False, True])
def test_pytorch_agrees(masked):
    query, key, value = (draw(2, 3, 6, 8, seed=seed) for seed in range(3))
    mask = causal_mask(6) if masked else None
    wanted = F.scaled_dot_product_attention(query, key, value, mask)
    torch.testing.assert_close(attend(query, key, value, mask), wanted)
    other = draw(2, 3, 9, 8, seed=4)
    assert attend(query, other, other).shape == (2, 3, 6, 8)


def test_the_mask_lets_each_place_see_itself_and_what_came_before():
    assert causal_mask(3).int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert causal_mask(4, 2).int().tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert causal_mask(3, 3).equal(causal_mask(3))


def test_keys_of_another_width_are_refused():
    with pytest.raises(ValueError, match="there are no query"):
        attend(torch.zeros(0, 2), torch.zeros(3, 2), torch.zeros(3, 2))
    with pytest.raises((ValueError, RuntimeError)):
        attend(torch.zeros(3, 2), torch.zeros(3, 4), torch.zeros(3, 2))


@pytest.mark.parametrize(("length", "last"), [(3, 4), (3, 0), (3, -1), (0, None)])
def test_more_places_than_there_are_do_not_ask(length, last):
    wanted = "1 to 3" if length else "1 or more"
    with pytest.raises(ValueError, match=f"last is {last or 0}, wanted {wanted}"):
        causal_mask(length, last)
