"""Networks that are told the time: shapes, what they do at first, and who hears of the time."""

import math

import pytest
import torch
from torch import nn

from genai_course.diffusion.networks import (
    PointDenoiser,
    TimedBlock,
    TimeEmbedding,
    UNet,
    WholeMap,
    zero_start,
)


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def awake(network):
    """The network with random numbers for the zeros of its start."""
    for parameter in network.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.1)
    return network


def small_unet():
    return awake(UNet(narrow=4, wide=8))


def test_the_time_becomes_sines_and_cosines_from_a_tenth_to_a_thousand_radians():
    embedding, seen = TimeEmbedding(width=6, num_rates=5), []
    embedding.layers.register_forward_pre_hook(lambda layers, given: seen.append(given[0]))
    assert embedding(torch.tensor([0.0, 0.3])).shape == (2, 6)
    angles = [0.3 * 10.0**power for power in (3, 2, 1, 0, -1)]
    expected = [*map(math.sin, angles), *map(math.cos, angles)]
    torch.testing.assert_close(seen[0][1], torch.tensor(expected), rtol=0, atol=1e-4)
    torch.testing.assert_close(seen[0][0], torch.tensor([0.0] * 5 + [1.0] * 5))
    assert "rates" in embedding.state_dict()  # goes where the weights go, and is not trained
    assert "rates" not in dict(embedding.named_parameters())


def test_no_two_of_a_thousand_times_are_alike():
    vectors = TimeEmbedding()(torch.arange(1, 1001) / 1000)
    assert vectors.shape == (1000, 64)
    assert torch.pdist(vectors).min() > 0.001


def test_a_denoiser_of_points_hears_of_points_and_times():
    network, x_t = PointDenoiser(width=16), torch.randn(5, 2)
    early, late = (network(x_t, torch.full((5,), time)) for time in (0.2, 0.8))
    assert early.shape == (5, 2) and not torch.allclose(early, late)
    assert not torch.allclose(network(x_t + 1, torch.full((5,), 0.2)), early)
    early.sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in network.parameters())


@pytest.mark.parametrize("make", [lambda: PointDenoiser(8), small_unet], ids=["points", "U"])
def test_each_sample_has_a_time_of_its_own_and_nothing_of_the_others(make):
    network, shape = make(), (3, 2) if make is not small_unet else (3, 1, 28, 28)
    x_t, time = torch.randn(shape), torch.tensor([0.1, 0.5, 0.9])
    alone = torch.cat([network(x_t[i : i + 1], time[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(network(x_t, time), alone, rtol=0, atol=1e-5)


def test_a_denoiser_of_points_is_no_straight_line():
    network, time = PointDenoiser(8), torch.full((3,), 0.5)
    line = torch.tensor([[-2.0, 1.0], [0.0, 0.0], [2.0, -1.0]])
    left, middle, right = network(line, time)
    assert (left + right - 2 * middle).abs().max() > 1e-3


def test_a_zeroed_layer_is_the_same_layer_with_nothing_in_it():
    layer = nn.Conv2d(3, 4, 3)
    assert zero_start(layer) is layer
    assert not layer.weight.any() and not layer.bias.any()


BLOCKS = [(lambda: TimedBlock(8, told=5), 8), (lambda: WholeMap(6, told=5, hidden=7), 6)]


@pytest.mark.parametrize(("make", "width"), BLOCKS, ids=["TimedBlock", "WholeMap"])
def test_a_block_adds_nothing_at_first_and_later_something_that_depends_on_the_time(make, width):
    block, x, time = make(), torch.randn(2, width, 7, 7), torch.randn(2, 5)
    assert torch.equal(block(x, time), x)
    awake(block)
    first, other = block(x, time), block(x, time + 1)
    assert first.shape == x.shape
    assert not torch.allclose(first, x) and not torch.allclose(first, other, atol=1e-4)


@pytest.mark.parametrize(("make", "width"), BLOCKS, ids=["TimedBlock", "WholeMap"])
def test_the_time_scales_and_shifts(make, width):
    """With shift -x and scale -1 nothing is left; each half of the vector has its own job."""
    block, x, time = awake(make()), torch.randn(2, width, 7, 7), torch.zeros(2, 5)
    half = block.scale_and_shift.bias.numel() // 2
    nn.init.zeros_(block.scale_and_shift.weight)
    with torch.no_grad():
        block.scale_and_shift.bias[:half] = -1.0
        block.scale_and_shift.bias[half:] = 0.3
    hidden = []
    block.second.register_forward_pre_hook(lambda layers, given: hidden.append(given[0]))
    block(x, time)
    torch.testing.assert_close(hidden[0], torch.full_like(hidden[0], 0.3))
    with torch.no_grad():
        block.scale_and_shift.bias[:half] = 0.0
    block(x, time)
    plain = block.norm(block.first(x)) if hasattr(block, "norm") else block.first(x)
    torch.testing.assert_close(hidden[1], plain + 0.3)


def test_in_a_whole_map_opposite_corners_see_each_other():
    block, x = awake(WholeMap(4, told=5)), torch.randn(1, 4, 7, 7, requires_grad=True)
    block(x, torch.randn(1, 5))[0, :, 0, 0].sum().backward()
    assert x.grad[0, :, 6, 6].abs().max() > 0


def test_a_unet_maps_images_to_images_and_says_nothing_at_first():
    network, x_t = UNet(), torch.randn(2, 1, 28, 28)
    out = network(x_t, torch.tensor([0.1, 0.9]))
    assert out.shape == x_t.shape and not out.any()
    assert UNet(narrow=4, wide=8)(x_t, torch.tensor([0.1, 0.9])).shape == x_t.shape
    assert sum(p.numel() for p in UNet().parameters()) == 309_044


def hearing(network):
    """The parts of a network that are told the time, by name."""
    return {n: part for n, part in network.named_modules() if hasattr(part, "scale_and_shift")}


def test_the_time_reaches_every_block():
    network, told = small_unet(), {}
    assert len(hearing(network)) == 5
    for name, block in hearing(network).items():
        block.register_forward_pre_hook(
            lambda block, given, name=name: told.setdefault(name, []).append(given[1])
        )
    for time in (0.2, 0.8):
        network(torch.randn(2, 1, 28, 28), torch.full((2,), time))
    assert set(told) == set(hearing(network))
    assert not any(torch.allclose(*both) for both in told.values())


@pytest.mark.parametrize("name", ["left", "bottom.0", "bottom.1", "bottom.2", "right"])
def test_each_block_alone_makes_the_answer_depend_on_the_time(name):
    network, x_t = small_unet(), torch.randn(2, 1, 28, 28)
    blocks = hearing(network)
    assert name in blocks
    for other, block in blocks.items():
        if other != name:
            nn.init.zeros_(block.scale_and_shift.weight)
    early, late = (network(x_t, torch.full((2,), time)) for time in (0.2, 0.8))
    assert (early - late).abs().max() > 1e-4


@pytest.mark.parametrize(("dead", "way"), [(slice(0, 4), "skip"), (slice(4, 8), "bottom")])
def test_both_ways_through_the_u_carry_the_image(dead, way):
    network, time = small_unet(), torch.full((2,), 0.5)
    with torch.no_grad():
        network.join.weight[:, dead] = 0  # only the other half of the maps counts
    one, other = (network(torch.randn(2, 1, 28, 28), time) for _ in range(2))
    assert (one - other).abs().max() > 1e-3, way


def test_the_skip_carries_what_the_bottom_loses():
    """Without the way down, an answer still has the detail of single places of 14 x 14."""
    network, time = small_unet(), torch.full((1,), 0.5)
    nn.init.zeros_(network.up[0].weight)
    nn.init.zeros_(network.up[0].bias)
    x_t = torch.randn(1, 1, 28, 28, requires_grad=True)
    network(x_t, time)[0, 0, 10, 10].backward()
    assert x_t.grad[0, 0, 8:12, 8:12].abs().max() > 1e-3


def test_gradients_reach_every_parameter_once_it_is_awake():
    network = small_unet()
    network(torch.randn(2, 1, 28, 28), torch.tensor([0.3, 0.6])).square().sum().backward()
    silent = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert not silent


def test_a_few_steps_lower_the_error_on_a_fixed_batch():
    network = UNet(narrow=4, wide=8)
    x_t, time, target = torch.randn(4, 1, 28, 28), torch.rand(4), torch.randn(4, 1, 28, 28) / 10
    optimizer, losses = torch.optim.Adam(network.parameters(), lr=0.01), []
    for _ in range(10):
        losses.append((network(x_t, time) - x_t / 2 - target).square().mean())
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    assert losses[1] < losses[0] and losses[-1] < 0.7 * losses[0]
