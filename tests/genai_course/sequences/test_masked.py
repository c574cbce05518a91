"""Hidden letters: conditionals by loops, weights by quadrature, samplers by drawing."""

import math

import pytest
import torch

from genai_course.sequences.masked import conditional_of, drawn_in_steps, masked_nats


def table(*shape, seed=0):
    drawn = torch.rand(*shape, generator=torch.Generator().manual_seed(seed)).double() + 0.05
    return drawn / drawn.sum()


def test_conditionals_of_pairs_and_triples():
    p = table(3, 3)
    torch.testing.assert_close(conditional_of(p, [None, None]), torch.stack([p.sum(1), p.sum(0)]))
    got = conditional_of(p, [2, None])
    torch.testing.assert_close(got[1], p[2] / p[2].sum())
    assert got[0].tolist() == pytest.approx([0, 0, 1])
    p = table(2, 2, 2)
    got = conditional_of(p, [None, 1, None])
    torch.testing.assert_close(got[0], p[:, 1].sum(1) / p[:, 1].sum())
    torch.testing.assert_close(got[2], p[:, 1].sum(0) / p[:, 1].sum())


@pytest.mark.parametrize("shape", [(3, 3), (2, 2, 2)])
def test_with_the_right_guesses_the_bound_is_the_likelihood(shape):
    p = table(*shape)
    for letters in torch.cartesian_prod(*(torch.arange(k) for k in shape)).tolist():
        got = masked_nats(lambda seen: conditional_of(p, seen), letters)
        assert got.item() == pytest.approx(-p[tuple(letters)].log().item())


def test_with_other_guesses_it_is_an_integral_over_time_and_above_on_average():
    p, q = table(3, 3), table(3, 3, seed=1)
    guess = lambda seen: conditional_of(q, seen)  # noqa: E731
    times = (torch.arange(2000) + 0.5) / 2000
    mean = 0.0
    for i in range(3):
        for j in range(3):
            one = -q[i, j].log() * 2 + (q.sum(1)[i] * q.sum(0)[j]).log()  # one hidden, both ways
            both = -(q.sum(1)[i] * q.sum(0)[j]).log()
            wanted = ((times * (1 - times) * one + times**2 * both) / times).mean()
            got = masked_nats(guess, [i, j]).item()
            assert got == pytest.approx(wanted.item(), rel=1e-4)
            mean += p[i, j].item() * got
    assert mean > -(p * p.log()).sum().item()


def test_guesses_that_ignore_what_is_seen_pay_for_it():
    p = table(2, 2)
    marginals = conditional_of(p, [None, None])
    got = masked_nats(lambda seen: marginals, [0, 1])
    assert got.item() == pytest.approx(-(p.sum(1)[0] * p.sum(0)[1]).log().item())


@pytest.mark.parametrize("num_steps", [1, 2, 5])
def test_letters_of_one_step_do_not_know_of_each_other(num_steps):
    p = table(3, 3)
    got = drawn_in_steps(p, num_steps)
    apart = p.sum(1)[:, None] * p.sum(0)
    torch.testing.assert_close(got, apart / num_steps + p * (1 - 1 / num_steps))
    assert got.sum().item() == pytest.approx(1)


def test_what_is_no_table_of_pairs_is_refused():
    with pytest.raises(ValueError, match="num_steps is 0, wanted 1 or more"):
        drawn_in_steps(table(2, 2), 0)
    with pytest.raises(ValueError, match="table has shape"):
        drawn_in_steps(table(2, 2, 2), 2)
    with pytest.raises(ValueError, match="wanted 3 dimensions"):
        conditional_of(table(2, 2), [None] * 3)
    with pytest.raises(ValueError, match="never occurs"):
        conditional_of(torch.tensor([[1.0, 0.0], [0.0, 0.0]]), [1, None])
    with pytest.raises(
        ValueError, match="table has values from .* a row that adds up to 2, wanted"
    ):
        conditional_of(2 * table(2, 2), [None, None])
    for letters, said in (([], "wanted 1 or more letters"), ([0, -1], "letters runs from -1 to 0")):
        with pytest.raises(ValueError, match=said):
            masked_nats(lambda seen: table(2, 2), letters)
    assert math.isclose(table(2, 2).sum().item(), 1)
