"""Operations on distributions by hand, and two ways to continue that agree."""

import math

import pytest
import torch

from genai_course.sequences.sampling import (
    continue_fast,
    continue_slowly,
    entropy_of,
    keep_nucleus,
    keep_top_k,
    pick,
    with_temperature,
)
from genai_course.sequences.transformer import GPT

P = torch.tensor([[0.1, 0.4, 0.2, 0.3], [0.7, 0.1, 0.15, 0.05]])


def test_temperature_raises_to_a_power():
    torch.testing.assert_close(with_temperature(P, 1.0), P)
    squared = P**2 / (P**2).sum(dim=1, keepdim=True)
    torch.testing.assert_close(with_temperature(P, 0.5), squared)
    torch.testing.assert_close(with_temperature(P, 1e9), torch.full((2, 4), 0.25))
    assert with_temperature(torch.tensor([0.0, 0.5, 0.5]), 0.5)[0] == 0


def test_the_likeliest_k_keep_their_proportions():
    got = keep_top_k(P, 2)
    torch.testing.assert_close(got[0], torch.tensor([0, 4, 0, 3]) / 7)
    torch.testing.assert_close(got[1], torch.tensor([0.7, 0, 0.15, 0]) / 0.85)
    torch.testing.assert_close(keep_top_k(P, 4), P)


def test_of_equals_exactly_k_are_kept():
    assert (keep_top_k(torch.full((6,), 1 / 6), 2) > 0).sum() == 2


@pytest.mark.parametrize(
    ("share", "kept"),
    [(0.05, [1]), (0.39, [1]), (0.5, [1, 3]), (0.75, [1, 2, 3]), (1.0, [0, 1, 2, 3])],
)
def test_a_nucleus_is_the_fewest_letters_with_the_share(share, kept):
    got = keep_nucleus(P, share)[0]
    assert got.nonzero().flatten().tolist() == kept
    torch.testing.assert_close(got[kept], P[0, kept] / P[0, kept].sum())


def test_entropy_of_a_fair_choice_and_of_none():
    assert entropy_of(torch.full((8,), 1 / 8)).item() == pytest.approx(math.log(8))
    got = entropy_of(torch.tensor([[1.0, 0.0], [0.5, 0.5]]))
    assert got.tolist() == pytest.approx([0, math.log(2)])


def test_letters_are_drawn_as_often_as_the_distribution_says():
    torch.manual_seed(0)
    letters = pick(P[:1].expand(8000, 4))
    assert letters.shape == (8000,)
    torch.testing.assert_close(letters.bincount(minlength=4) / 8000, P[0], atol=0.02, rtol=0)


@pytest.mark.parametrize("choose", [pick, lambda p: p.argmax(dim=-1)])
def test_remembering_draws_what_the_slow_way_draws(choose):
    torch.manual_seed(0)
    network, start = GPT(6, 20, width=16, depth=2, heads=2).double(), torch.randint(6, (3, 4))
    for weight in network.parameters():
        weight.data.normal_(std=0.3)
    drawn = []
    for way in (continue_slowly, continue_fast):
        torch.manual_seed(1)
        drawn.append(way(network, start, 16, choose))
    assert torch.equal(*drawn) and drawn[0].shape == (3, 20)
    assert torch.equal(drawn[0][:, :4], start) and len(drawn[0].unique()) > 1


def test_remembering_sends_only_what_is_new_through_the_network():
    torch.manual_seed(0)
    network, seen = GPT(6, 20, width=16, depth=2, heads=2), []
    network.letter.register_forward_hook(lambda *call: seen.append(call[1][0].shape[1]))
    continue_fast(network, torch.zeros(1, 5).long(), 4, pick)
    continue_slowly(network, torch.zeros(1, 5).long(), 4, pick)
    assert seen == [5, 1, 1, 1, 5, 6, 7, 8]


def test_what_makes_no_distribution_is_refused():
    with pytest.raises(ValueError, match="temperature is 0, wanted above 0"):
        with_temperature(P, 0)
    with pytest.raises(ValueError, match="k is 5, wanted 1 to 4"):
        keep_top_k(P, 5)
    with pytest.raises(ValueError, match="k is 0, wanted 1 to 4"):
        keep_top_k(P, 0)
    for share in (0, 1.1):
        with pytest.raises(ValueError, match="wanted above 0 and at most 1"):
            keep_nucleus(P, share)
    for call in (entropy_of, lambda p: keep_top_k(p, 1), lambda p: keep_nucleus(p, 0.5)):
        with pytest.raises(ValueError, match="p are of type int64, wanted floating-point numbers"):
            call(torch.zeros(2, 3).long())
        with pytest.raises(ValueError, match="add up to 1; take the softmax of logits"):
            call(torch.tensor([1.0, -2.0]))
