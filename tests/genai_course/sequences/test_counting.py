"""Counting models against counting by hand, in plain Python."""

import math

import pytest
import torch

from genai_course.sequences.counting import (
    NGram,
    bits_per_letter,
    look_up,
    numbers_of,
)


def by_hand(train, context, letter, num_letters, order):
    """Witten and Bell's mixture, by loops over the text."""
    p = 1 / num_letters
    for k in range(min(order, len(context) + 1)):
        last = context[len(context) - k :]
        followed = [train[i + k] for i in range(len(train) - k) if train[i : i + k] == last]
        if followed:
            kinds = len(set(followed))
            p = (followed.count(letter) + kinds * p) / (len(followed) + kinds)
    return p


def text(count, seed=0, num_letters=3):
    return torch.randint(num_letters, (count,), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("order", range(5))
def test_likelihoods_are_those_of_counting_by_hand(order):
    train, test = text(40), text(25, 1, 4)  # the letter 3 is never met in training
    got = NGram(train, 4, order).log_likelihood(test)
    seen, asked = train.tolist(), test.tolist()
    wanted = [math.log(by_hand(seen, asked[:i], asked[i], 4, order)) for i in range(25)]
    assert got.tolist() == pytest.approx(wanted)


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("length", [0, 1, 2, 9])
def test_the_next_letters_distribution_adds_up_and_agrees_with_the_likelihood(order, length):
    model, before = NGram(text(60), 4, order), text(length, 2)
    p = model.next_letter(before)
    assert p.sum().item() == pytest.approx(1) and (p > 0).all()
    for letter in range(4):
        whole = torch.cat([before, torch.tensor([letter])])
        assert p[letter].log().item() == pytest.approx(model.log_likelihood(whole)[-1].item())


def test_order_0_is_uniform_and_the_probabilities_of_all_texts_add_up():
    assert NGram(text(9), 3, 0).log_likelihood(text(4)).exp().tolist() == pytest.approx([1 / 3] * 4)
    every = torch.cartesian_prod(*[torch.arange(3)] * 4)
    model = NGram(text(30), 3, 3)
    total = sum(model.log_likelihood(row).sum().exp().item() for row in every)
    assert total == pytest.approx(1)


def test_numbers_of_letters_in_a_row():
    assert numbers_of(torch.tensor([1, 2, 3, 4]), 2, 10).tolist() == [12, 23, 34]
    assert numbers_of(torch.tensor([1, 2]), 0, 10).tolist() == [0, 0, 0]


def test_a_missing_key_has_the_value_0():
    keys, values = torch.tensor([2, 5]), torch.tensor([7, 9])
    assert look_up(keys, values, torch.tensor([1, 2, 3, 5, 8])).tolist() == [0, 7, 0, 9, 0]


def test_bits_and_perplexity_of_a_fair_choice():
    log_p = torch.full((5,), -math.log(8))
    assert bits_per_letter(log_p) == pytest.approx(3)
    uneven = torch.tensor([0.5, 0.125]).log()
    assert bits_per_letter(uneven) == pytest.approx(2)


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match=r"index has shape \(1,\), wanted 2 or more letters"):
        NGram(torch.tensor([1]), 3, 2)
    with pytest.raises(ValueError, match="index runs from 1 to 3, wanted 0 to 2"):
        NGram(torch.tensor([1, 3]), 3, 2)
    with pytest.raises(ValueError, match="order is -1, wanted 0 or more"):
        NGram(torch.tensor([1, 2]), 3, -1)
    with pytest.raises(ValueError, match="96 letters are too many for order 10"):
        NGram(torch.zeros(20).long(), 96, 11)
