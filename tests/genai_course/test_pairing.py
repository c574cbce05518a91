"""Numbers and indices that belong to samples pass; what would broadcast or wrap is refused."""

import pytest
import torch

from genai_course.gan.penalties import gradient_penalty
from genai_course.pairing import check_index, check_one_each


@pytest.mark.parametrize(
    ("samples", "good"),
    [
        ((8,), (8,)),
        ((8, 1), (8, 1)),
        ((8, 2), (8, 1)),
        ((3, 8, 2), (3, 8, 1)),
        ((8, 1, 28, 28), (8, 1, 1, 1)),
        ((3, 8, 1, 28, 28), (3, 8, 1, 1, 1)),
    ],
)
def test_one_number_for_each_sample_passes_and_reaches_only_its_own(samples, good):
    samples, good = torch.ones(samples), torch.rand(good)
    assert check_one_each(samples, mix=good, share=good) is None
    assert (good * samples).shape == samples.shape
    assert check_one_each(samples, mix=good * torch.nan) is None  # shows in the result


@pytest.mark.parametrize(
    ("samples", "bad", "sentence"),
    [
        ((8, 2), (8,), "mix has shape (8,), wanted (8, 1)"),
        ((8, 8), (8,), "mix has shape (8,), wanted (8, 1)"),
        ((8, 2), (1, 1), "mix has shape (1, 1), wanted (8, 1)"),
        ((8, 2), (), "mix has shape (), wanted (8, 1)"),
        ((8, 2), (8, 2), "mix has shape (8, 2), wanted (8, 1)"),
        ((8, 2), (0, 1), "there are no mix: shape (0, 1)"),
        ((1, 2), (8, 1), "mix has shape (8, 1), wanted (1, 1)"),
        ((8,), (8, 1), "mix has shape (8, 1), wanted (8,)"),
        ((8,), (1,), "mix has shape (1,), wanted (8,)"),
        ((3, 8, 2), (8, 1), "mix has shape (8, 1), wanted (3, 8, 1)"),
        ((3, 8, 2), (3, 1, 1), "mix has shape (3, 1, 1), wanted (3, 8, 1)"),
        ((28, 1, 28, 28), (28, 1), "mix has shape (28, 1), wanted (28, 1, 1, 1)"),
        ((8, 1, 28, 28), (8, 1, 28, 1), "wanted (8, 1, 1, 1)"),
        ((8, 1, 28, 28), (1, 1, 1, 1), "wanted (8, 1, 1, 1)"),
    ],
)
def test_numbers_that_would_broadcast_to_another_thing_are_refused(samples, bad, sentence):
    with pytest.raises(ValueError) as refusal:
        check_one_each(torch.ones(samples), mix=torch.ones(bad))
    assert sentence in str(refusal.value)
    with pytest.raises(ValueError, match="share has shape|there are no share"):
        check_one_each(torch.ones(samples), share=torch.ones(bad))


def test_numbers_are_tensors_of_floats():
    with pytest.raises(ValueError, match="^mix are of type int64, wanted floating-point numbers"):
        check_one_each(torch.ones(8, 2), mix=torch.ones(8, 1).long())
    with pytest.raises(ValueError, match="^mix are of type float, wanted a tensor of numbers$"):
        check_one_each(torch.ones(8, 2), mix=0.5)


def test_the_gradient_penalty_of_images_wants_one_number_an_image():
    images = torch.rand(28, 1, 28, 28)

    def critic(x):
        return x.flatten(1).sum(dim=1)

    assert gradient_penalty(critic, images, images, torch.rand(28, 1, 1, 1)) > 0
    with pytest.raises(ValueError, match=r"^mix has shape \(28, 1\), wanted \(28, 1, 1, 1\)$"):
        gradient_penalty(critic, images, images, torch.rand(28, 1))  # broadcasts over the rows


def test_an_index_names_an_entry_for_each_code():
    codes, entries = torch.ones(3, 2), torch.ones(4, 2)
    for good in ([0, 0, 0], [3, 3, 3], [0, 1, 3]):
        assert check_index(torch.tensor(good), codes, entries) is None
        assert check_index(torch.tensor(good, dtype=torch.int32), codes, entries) is None


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (torch.tensor([0, 1, 4]), "index runs from 0 to 4, wanted 0 to 3"),
        (torch.tensor([-1, 1, 3]), "index runs from -1 to 3, wanted 0 to 3"),
        (torch.tensor([1]), "index has shape (1,), wanted (3,), one for each code"),
        (torch.tensor([0, 1, 2, 3]), "index has shape (4,), wanted (3,), one for each code"),
        (torch.tensor([[0], [1], [2]]), "index has shape (3, 1), wanted (3,)"),
        (torch.tensor(1), "index has shape (), wanted (3,)"),
        (torch.zeros(0).long(), "index has shape (0,), wanted (3,)"),
        (torch.tensor([True, True, False]), "index is of type bool, wanted a tensor of integers"),
        (torch.ones(3).byte(), "index is of type uint8, wanted a tensor of integers, int64 or"),
        (torch.ones(3), "index is of type float32, wanted a tensor of integers"),
        ([0, 1, 2], "index is of type list, wanted a tensor of integers"),
        (torch.ones(3).long().numpy(), "index is of type ndarray, wanted a tensor of integers"),
    ],
)
def test_an_index_of_another_kind_is_refused_in_one_sentence(bad, sentence):
    with pytest.raises(ValueError) as refusal:
        check_index(bad, torch.ones(3, 2), torch.ones(4, 2))
    assert str(refusal.value).startswith(sentence)
