"""What the small GANs have to learn: where the data lie, and how they may be moved."""

import torch

from genai_course.collapse.problems import few_images, mixture, ten_images, turn
from genai_course.collapse.streams import Streams
from genai_course.data import ring_centres


def test_a_mixture_draws_every_mode_with_the_given_width():
    centres = ring_centres(4, 5.0)
    x = mixture(centres, 0.3).draw(Streams([0, 1]), 8000)
    distance, mode = torch.cdist(x, centres).min(dim=2)
    assert x.shape == (2, 8000, 2)
    assert (torch.bincount(mode.flatten()) / 16_000 - 0.25).abs().max() < 0.02
    assert abs(distance.square().mean() / 2 - 0.3**2) < 0.003  # two directions


def test_samples_turn_either_way_each_by_its_own_angle():
    x = torch.tensor([1.0, 0.0]).repeat(2, 5000, 1)
    turned = turn(x, Streams([0, 1]))
    angle = torch.atan2(turned[..., 1], turned[..., 0])
    assert -0.3 <= angle.min() < -0.29 and 0.29 < angle.max() <= 0.3 + 1e-6
    assert angle.mean().abs() < 0.01 and angle[0].std() > 0.1


def test_images_move_by_at_most_two_pixels_either_way():
    image = torch.zeros(28, 28)
    image[14, 14] = 1.0
    moved = few_images(image.view(1, 784)).augment(
        image.view(1, 1, 784).repeat(1, 500, 1), Streams([0])
    )
    row, column = moved[0].argmax(dim=1) // 28, moved[0].argmax(dim=1) % 28
    assert row.unique().tolist() == column.unique().tolist() == [12, 13, 14, 15, 16]


def test_ten_images_are_those_nearest_to_the_mean_of_their_class():
    level = torch.tensor([0.0, 0.5, 1.0])  # the second is the mean of the three
    images = level.repeat(10).view(30, 1, 1, 1).expand(-1, 1, 28, 28)
    chosen = ten_images(images, torch.arange(10).repeat_interleave(3))
    assert chosen.shape == (10, 784) and torch.equal(chosen, torch.zeros(10, 784))
