"""Class-wise metrics: label accuracy counts blots, and swapped or collapsed classes are seen."""

import pytest
import torch

from genai_course.data.digits import load_digits_as_mnist
from genai_course.evaluation.classwise import class_by_class, class_table, label_accuracy
from genai_course.evaluation.judge import load_judge


@pytest.fixture(scope="module")
def digits():
    images, labels = load_digits_as_mnist("train")
    order = labels.argsort(stable=True)
    chosen = [order[labels[order] == c] for c in range(10)]
    return load_judge("digits"), images, chosen


def test_label_accuracy_wants_the_digit_that_was_asked_for(digits):
    judge, images, chosen = digits
    x = torch.cat([images[c[:20]] for c in chosen])
    y = torch.arange(10).repeat_interleave(20)
    assert label_accuracy(judge, x, y) > 0.95
    assert label_accuracy(judge, x, (y + 1) % 10) < 0.05
    half = torch.cat((x[:10], torch.rand(10, 1, 28, 28)))  # noise is not a digit
    assert label_accuracy(judge, half, y[:20]) == pytest.approx(0.5, abs=0.06)


def test_labels_of_another_length_are_refused(digits):
    with pytest.raises(ValueError, match="5 images but labels"):
        label_accuracy(digits[0], torch.zeros(5, 1, 28, 28), torch.zeros(4, dtype=torch.long))


def test_a_metric_is_applied_within_each_class():
    real, fake = torch.tensor([1.0, 2, 30, 40]), torch.tensor([500.0, 7, 600])
    a, b = torch.tensor([3, 3, 8, 8]), torch.tensor([8, 3, 8])
    sums = class_by_class(lambda r, f: (r.sum().item(), f.sum().item()), real, a, fake, b)
    assert sums == {3: (3.0, 7.0), 8: (70.0, 1100.0)}
    with pytest.raises(ValueError, match="wanted the same"):
        class_by_class(lambda r, f: 0, real, a, fake[:2] * 0, torch.tensor([3, 3]))


def test_the_table_sees_swapped_and_collapsed_classes(digits):
    judge, images, chosen = digits
    first, second = (
        torch.cat([images[c[s]] for c in chosen[:3]]) for s in (slice(0, 150), slice(150, 300))
    )
    y = torch.arange(3).repeat_interleave(150)
    floor = class_table(judge, first, second, y)
    assert set(floor) == {"Frechet", "coverage", "diversity"} and set(floor["coverage"]) == {
        0,
        1,
        2,
    }
    assert all(value > 0.8 for value in floor["coverage"].values())
    assert all(0.85 < value < 1.15 for value in floor["diversity"].values())
    swapped = class_table(judge, first, second.roll(150, 0), y)
    assert min(swapped["Frechet"].values()) > 10 * max(floor["Frechet"].values())
    assert max(swapped["coverage"].values()) < 0.2
    single = class_table(judge, first, second[::150].repeat_interleave(150, 0), y)
    assert all(value == 0 for value in single["diversity"].values())
    assert max(single["coverage"].values()) < 0.5
