"""Mixtures on a ring and on a grid: distinct centres, the settings of PacGAN, the points drawn."""

import math

import pytest
import torch

from genai_course.data.mixtures import (
    grid_centres,
    grid_of_gaussians,
    ring_centres,
    ring_of_gaussians,
)


def all_distinct(centres, sigma):
    return (torch.pdist(centres.double()) > 6 * sigma).all().item()


def test_all_centres_are_distinct():
    assert len(ring_centres()) == 8 and all_distinct(ring_centres(), 0.01)
    assert len(grid_centres()) == 25 and all_distinct(grid_centres(), 0.05)
    assert all_distinct(ring_centres(3), 0.01) and all_distinct(grid_centres(4), 0.05)


def test_the_ring_with_its_end_point_twice_would_be_caught():
    angles = torch.linspace(0, 2 * math.pi, 8)
    assert not all_distinct(torch.stack([angles.cos(), angles.sin()], dim=1), 0.01)


def test_centres_are_those_of_pacgan():
    for i, centre in enumerate(ring_centres().tolist()):
        wanted = [math.cos(2 * math.pi * i / 8), math.sin(2 * math.pi * i / 8)]
        assert centre == pytest.approx(wanted, abs=1e-6)
    ticks = (-4.0, -2.0, 0.0, 2.0, 4.0)
    assert sorted(map(tuple, grid_centres().tolist())) == [(a, b) for a in ticks for b in ticks]


@pytest.mark.parametrize(
    ("draw", "centres", "sigma"),
    [(ring_of_gaussians, ring_centres(), 0.01), (grid_of_gaussians, grid_centres(), 0.05)],
)
def test_toy_points(draw, centres, sigma):
    points, mode = draw(50_000, generator=torch.Generator().manual_seed(0))
    assert points.shape == (50_000, 2) and points.dtype == torch.float32
    assert mode.shape == (50_000,) and mode.dtype == torch.int64
    assert torch.equal(torch.cdist(points, centres).argmin(1), mode)
    rest = points - centres[mode]
    assert rest.std(0).tolist() == pytest.approx([sigma, sigma], rel=0.02)
    assert rest.mean(0).abs().max() < 5 * sigma / 50_000**0.5
    share = mode.bincount(minlength=len(centres)) / 50_000
    assert (share * len(centres) - 1).abs().max() < 0.12
    # 1 - exp(-4.5) of a Gaussian in the plane lies within three sigma
    assert (rest.norm(dim=1) < 3 * sigma).float().mean().item() == pytest.approx(0.9889, abs=2e-3)
    again = draw(50_000, generator=torch.Generator().manual_seed(0))[0]
    assert torch.equal(points, again)


def test_toy_settings_can_be_changed():
    points, mode = ring_of_gaussians(1000, modes=3, radius=2.0, sigma=1e-4)
    assert mode.max() == 2 and points.norm(dim=1).sub(2).abs().max() < 1e-3
    points, mode = grid_of_gaussians(1000, side=2, spacing=1.0, sigma=1e-4)
    assert mode.max() == 3 and points.abs().sub(0.5).abs().max() < 1e-3
