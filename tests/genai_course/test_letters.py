"""What texts, letters and distributions are refused, and in which sentence."""

import pytest
import torch

from genai_course.letters import (
    check_count,
    check_distributions,
    check_letters,
    check_positive,
    check_text,
)


def refusal(check, *given, **named):
    with pytest.raises(ValueError) as refused:
        check(*given, **named)
    return str(refused.value)


def test_a_text_is_a_string_and_may_be_empty():
    assert check_text(text="", sample="abc") is None
    for text, kind in ((b"abc", "bytes"), (["abc"], "list"), (None, "NoneType"), (3, "int")):
        wanted = f"text is of type {kind}, wanted a string"
        assert refusal(check_text, sample="abc", text=text) == wanted


def test_a_count_is_within_its_range():
    for good in (1, 2, 5):
        assert check_count(good, "k", 1, 5) is None
    assert check_count(10**9, "k") is None and check_count(0, "k", 0) is None
    assert refusal(check_count, 0, "k", 1, 5) == "k is 0, wanted 1 to 5"
    assert refusal(check_count, 6, "k", 1, 5) == "k is 6, wanted 1 to 5"
    assert refusal(check_count, -1, "k", 0) == "k is -1, wanted 0 or more"
    assert refusal(check_count, 0, "k") == "k is 0, wanted 1 or more"
    assert refusal(check_count, 0, "last", 1, 0) == "last is 0, wanted 1 or more"
    assert refusal(check_count, float("nan"), "k") == "k is nan, wanted 1 or more"


def test_a_positive_number_is_above_0():
    assert check_positive(gain=1e-9, rate=4000) is None
    for bad in (0, -1.5, float("nan")):
        assert refusal(check_positive, gain=1.0, rate=bad) == f"rate is {bad}, wanted above 0"


def test_letters_name_a_place_in_the_alphabet():
    for good in ([0], [2, 0, 1], [2]):
        assert check_letters(torch.tensor(good), 3) is None
    assert check_letters(torch.tensor([[0, 99]]), dims=2) is None
    assert check_letters(torch.tensor(2), 3, dims=None) is None
    assert check_letters(torch.zeros(0).long(), 3, least=0) is None


INTEGERS = "wanted a tensor of integers, int64"


@pytest.mark.parametrize(
    ("bad", "more", "sentence"),
    [
        (torch.tensor([0, 3]), {}, "index runs from 0 to 3, wanted 0 to 2"),
        (torch.tensor([-1, 0]), {}, "index runs from -1 to 0, wanted 0 to 2"),
        (torch.tensor([-1]), {"num_letters": None}, "index runs from -1 to -1, wanted 0 or more"),
        (torch.tensor([[0]]), {}, "index has shape (1, 1), wanted (T,)"),
        (torch.tensor(0), {}, "index has shape (), wanted (T,)"),
        (torch.tensor([0]), {"dims": 2}, "index has shape (1,), wanted (N, T)"),
        (torch.zeros(0).long(), {}, "index has shape (0,), wanted 1 or more letters"),
        (torch.zeros(0).long(), {"dims": None}, "index has shape (0,), wanted 1 or more letters"),
        (torch.zeros(2, 1).long(), {"dims": 2, "least": 2},
         "index has shape (2, 1), wanted 2 or more letters"),
        (torch.zeros(0, 5).long(), {"dims": 2}, "index has shape (0, 5), wanted 1 or more letters"),
        (torch.tensor([1.0]), {}, f"index is of type float32, {INTEGERS}"),
        (torch.tensor([True]), {}, f"index is of type bool, {INTEGERS}"),
        (torch.tensor([1]).int(), {}, f"index is of type int32, {INTEGERS}"),
        ([1], {"name": "rows"}, f"rows is of type list, {INTEGERS}"),
    ],
)  # fmt: skip
def test_what_are_no_letters_is_refused_in_one_sentence(bad, more, sentence):
    assert refusal(check_letters, bad, **{"num_letters": 3, **more}) == sentence


def test_distributions_add_up_to_one_in_any_precision():
    p = torch.rand(50, 94, generator=torch.Generator().manual_seed(0)).softmax(dim=-1)
    for good in (p, p.double(), p[0], p.half(), torch.tensor([[0.0, 1.0]]), p.view(5, 10, 94)):
        assert check_distributions(good) is None
    assert check_distributions(p.requires_grad_(), "(N, K)") is None


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (
            [[0.5, 0.5], [0.5, 0.4]],
            r"p has values from 0.4 on and a row that adds up to 0.9, wanted",
        ),
        ([[1.0, 1.0]], "a row that adds up to 2, wanted values from 0 on that add up to 1$"),
        ([1.5, -0.5], "from -0.5 on .* that add up to 1; take the softmax of logits$"),
        ([float("nan"), 1.0], "from nan on and a row that adds up to nan"),
        ([float("inf"), 0.0], "a row that adds up to inf"),
        ([], "there are no p"),
    ],
)
def test_what_are_no_distributions_is_refused_in_one_sentence(bad, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_distributions(torch.tensor(bad))


def test_distributions_have_the_shape_that_is_wanted():
    with pytest.raises(ValueError, match=r"shares has shape \(2,\), wanted \(N, K\)"):
        check_distributions(torch.tensor([0.5, 0.5]), "(N, K)", "shares")
    with pytest.raises(ValueError, match="p are of type int64, wanted floating-point"):
        check_distributions(torch.tensor([1, 0]))
