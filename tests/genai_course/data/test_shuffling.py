"""Shuffled batches: everything once, in an order that the generator decides."""

import pytest
import torch

from genai_course.data.shuffling import batches


def test_one_pass_shows_every_entry_once():
    entries = torch.arange(103)
    seen = torch.cat(list(batches(entries, 10, torch.Generator().manual_seed(0))))
    assert len(seen) == 100 and len(seen.unique()) == 100
    assert not torch.equal(seen, seen.sort().values), "not shuffled"
    assert len(list(batches(entries, 103))) == 1


def test_the_generator_decides_the_order():
    entries = torch.arange(50)

    def draw(generator):
        return torch.cat(list(batches(entries, 5, generator)))

    generator = torch.Generator().manual_seed(1)
    first, second = draw(generator), draw(generator)
    assert not torch.equal(first, second), "every epoch has its own order"
    assert torch.equal(first, draw(torch.Generator().manual_seed(1)))
    torch.manual_seed(5)
    third = draw(None)
    torch.manual_seed(5)
    assert torch.equal(third, draw(None))


def test_several_tensors_stay_together():
    images = torch.arange(40.0).view(20, 2)
    labels = torch.arange(20)
    for x, y in batches((images, labels), 6):
        assert x.shape == (6, 2) and torch.equal(x[:, 0], 2.0 * y)
    with pytest.raises(ValueError, match=r"lengths \[20, 19\]"):
        batches((images, labels[:19]), 6)


@pytest.mark.parametrize("batch_size", [0, -1, 11])
def test_impossible_batch_sizes_are_refused_at_once(batch_size):
    with pytest.raises(ValueError, match=f"batch_size is {batch_size}, wanted 1 to 10"):
        batches(torch.zeros(10, 1), batch_size)


def test_batches_stay_on_the_device_of_the_images():
    images = torch.zeros(10, 1, device="meta")
    assert [x.device.type for x in batches(images, 5)] == ["meta", "meta"]
