"""Pictures of three digits are drawn, read and counted as the protocol says."""

import pytest
import torch

from genai_course.data import load_images
from genai_course.evaluation.judge import load_judge
from workbench.collapse import triples


@pytest.fixture(scope="module")
def digits():
    return load_images("digits", "train")


def test_each_channel_is_drawn_independently_from_all_digits():
    numbered = torch.arange(50.0).reshape(50, 1, 1, 1).expand(50, 1, 28, 28)
    pictures = triples.draw_triples(numbered, 4000, torch.Generator().manual_seed(0))
    assert pictures.shape == (4000, 3, 28, 28)
    chosen = pictures[:, :, 0, 0]
    assert set(chosen.flatten().int().tolist()) == set(range(50))
    correlation = torch.corrcoef(chosen.T) - torch.eye(3)
    assert correlation.abs().max() < 0.06
    assert (pictures == chosen[:, :, None, None]).all()


def test_a_mode_is_the_number_that_the_three_channels_spell(digits):
    images, labels = digits
    judge = load_judge("digits")
    one_each = torch.cat([images[labels == digit][:1] for digit in range(10)])
    pictures = torch.stack([one_each[[2, 0, 7]], one_each[[0, 0, 9]], one_each[[9, 8, 1]]])
    mode, clear = triples.modes_of(judge, pictures.squeeze(2))
    assert mode.tolist() == [207, 9, 981]
    assert clear.all()


def test_one_unreadable_channel_makes_a_picture_unreadable(digits):
    judge = load_judge("digits")
    picture = digits[0][:3].reshape(1, 3, 28, 28).clone()
    picture[:, 1] = 0.0
    mode, clear = triples.modes_of(judge, picture)
    assert 0 <= mode.item() < 1000 and clear.tolist() == [[True, False, True]]
    report = triples.measure(judge, torch.cat((picture, digits[0][:3].reshape(1, 3, 28, 28))))
    assert report["readable_digits"] == pytest.approx(5 / 6, abs=1e-3)
    assert report["readable"] == 0.5 and report["readable_modes"] == 1


def test_real_triples_reach_the_floor_and_one_picture_the_ceiling(digits):
    images, labels = digits
    judge = load_judge("digits")
    fair = torch.cat([images[labels == digit][:100] for digit in range(10)])
    real = triples.draw_triples(fair, 8000, torch.Generator().manual_seed(0))
    report = triples.measure(judge, real)
    assert report["modes"] > 985 and report["readable"] > 0.8
    assert report["kl"] == pytest.approx(999 / 16_000, rel=0.4)
    same = real[:1].expand(500, -1, -1, -1)
    report = triples.measure(judge, same)
    assert report["modes"] == 1 and report["kl"] == pytest.approx(6.9078, abs=1e-3)
