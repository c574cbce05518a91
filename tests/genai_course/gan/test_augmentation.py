"""Random changes that lose nothing: turning pairs, moving pixels; both by hand and by oracles."""

import math

import pytest
import torch

from genai_course.gan.augmentation import rotate_pairs, shift_pixels


def test_a_quarter_turn_by_hand():
    x = torch.tensor([[1.0, 0.0, 0.0, 2.0]])
    turned = rotate_pairs(x, torch.tensor([[math.pi / 2]]))
    assert torch.allclose(turned, torch.tensor([[0.0, 1.0, -2.0, 0.0]]), atol=1e-6)


def test_turning_keeps_lengths_and_can_be_undone():
    x = torch.randn(3, 5, 6)
    angles = torch.randn(3, 5, 1)
    turned = rotate_pairs(x, angles)
    assert turned.shape == x.shape
    assert torch.allclose(turned.norm(dim=-1), x.norm(dim=-1), atol=1e-5)
    assert torch.allclose(rotate_pairs(turned, -angles), x, atol=1e-5)
    assert not torch.allclose(turned, x, atol=1e-2)


@pytest.mark.parametrize("rows, columns", [(1, 0), (0, 2), (-2, 27), (3, -1)])
def test_moving_pixels_is_a_roll(rows, columns):
    x = torch.arange(2 * 784.0).view(2, 784)
    moved = shift_pixels(x, torch.tensor([[rows, columns]]).expand(2, 2))
    wanted = x.view(2, 28, 28).roll((rows, columns), dims=(1, 2)).flatten(1)
    assert torch.equal(moved, wanted)


def test_every_image_moves_by_its_own_shift():
    x = torch.arange(16.0).view(1, 1, 16).expand(2, 3, 16)
    shifts = torch.tensor([[[0, 0], [1, 0], [0, 1]], [[2, 2], [0, 0], [3, 1]]])
    moved = shift_pixels(x, shifts, side=4)
    for s in range(2):
        for n in range(3):
            wanted = x[s, n].view(4, 4).roll(tuple(shifts[s, n].tolist()), dims=(0, 1))
            assert torch.equal(moved[s, n], wanted.flatten())


def test_gradients_pass_through_both():
    x = torch.randn(4, 16, requires_grad=True)
    weight = torch.arange(16.0)
    (slope,) = torch.autograd.grad((weight * shift_pixels(x, torch.ones(4, 2).long(), 4)).sum(), x)
    assert torch.equal(slope[0].view(4, 4), weight.view(4, 4).roll((-1, -1), dims=(0, 1)))
    (slope,) = torch.autograd.grad(rotate_pairs(x, torch.ones(4, 1)).sum(), x)
    assert slope.abs().sum() > 0
