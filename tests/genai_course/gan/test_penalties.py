"""The penalties on critics whose slope is known."""

import torch

from genai_course.gan.penalties import gradient_penalty, r1_penalty
from genai_course.gan.stacked import StackedDiscriminator, draw_weights


def pair(count=6, dims=3):
    draw = torch.Generator().manual_seed(0)
    x_real, x_fake = torch.randn(2, count, dims, generator=draw, dtype=torch.float64)
    return x_real, x_fake, torch.rand(count, 1, generator=draw, dtype=torch.float64)


def test_a_linear_critic_has_the_slope_of_its_weight_everywhere():
    weight = torch.tensor([3.0, 0.0, 4.0], dtype=torch.float64, requires_grad=True)
    for target in (1.0, 0.0, 5.0):
        penalty = gradient_penalty(lambda x: x @ weight, *pair(), target=target)
        assert torch.isclose(penalty, torch.tensor((5 - target) ** 2, dtype=torch.float64))


def test_its_gradient_reaches_the_critic():
    weight = torch.tensor([3.0, 0.0, 4.0], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(gradient_penalty(lambda x: x @ weight, *pair()), weight)
    # d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w|
    assert torch.allclose(slope, 2 * 4 * weight.detach() / 5)


def test_the_slope_is_measured_between_the_pairs_one_place_for_each():
    x_real, x_fake, mix = pair()
    seen = []

    def bowl(x):  # slope 2 x
        seen.append(x.detach())
        return x.square().sum(dim=1)

    penalty = gradient_penalty(bowl, x_real, x_fake, mix)
    places = x_fake + mix * (x_real - x_fake)
    assert torch.allclose(seen[0], places)
    wanted = ((2 * places).square().sum(dim=1).sqrt() - 1).square().mean()
    assert torch.isclose(penalty, wanted)


def test_no_gradient_reaches_the_generator():
    x_real, x_fake, mix = pair()
    x_fake.requires_grad_()
    weight = torch.ones(3, dtype=torch.float64, requires_grad=True)
    gradient_penalty(lambda x: (x * weight).square().sum(dim=1), x_real, x_fake, mix).backward()
    assert x_fake.grad is None and weight.grad is not None


def test_images_have_one_slope_each():
    x_real, x_fake = torch.zeros(2, 4, 1, 3, 3)
    critic = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(9, 1))
    penalty = gradient_penalty(critic, x_real, x_fake, torch.full((4, 1, 1, 1), 0.5))
    norm = critic[1].weight.norm()
    assert torch.isclose(penalty, (norm - 1).square())


def test_a_stack_and_its_packs_give_the_mean_of_their_own_penalties():
    draw = torch.Generator().manual_seed(1)
    for pack in (1, 2):
        critic = StackedDiscriminator(2, 2, width=8, depth=2, pack=pack)
        draw_weights(critic, [torch.Generator().manual_seed(s) for s in (0, 1)])
        x_real, x_fake = torch.randn(2, 2, 4, 2, generator=draw)
        mix = torch.rand(2, 4, 1, generator=draw)
        places = (mix * x_real + (1 - mix) * x_fake).requires_grad_()
        (slope,) = torch.autograd.grad(critic(places).sum(), places)
        norms = slope.reshape(2, 4 // pack, -1).norm(dim=-1)  # a pack is one point
        wanted = (norms - 1).square().mean()
        assert torch.isclose(gradient_penalty(critic, x_real, x_fake, mix), wanted, atol=1e-6)


def test_r1_sums_over_coordinates_and_averages_over_samples():
    x = pair()[0].requires_grad_()  # six samples of three coordinates
    weight = torch.tensor([3.0, 0.0, 4.0], dtype=torch.float64, requires_grad=True)
    assert torch.isclose(r1_penalty(x @ weight, x), torch.tensor(25.0, dtype=torch.float64))
    penalty = r1_penalty((x @ weight).square()[:, None], x)  # slope 2 (w . x) w
    assert torch.isclose(penalty, 100 * (x @ weight).square().mean())
    (slope,) = torch.autograd.grad(r1_penalty(x @ weight, x), weight)
    assert torch.allclose(slope, 2 * weight.detach())


def test_r1_of_packs_is_a_mean_over_the_packs():
    draw = torch.Generator().manual_seed(1)
    critic = StackedDiscriminator(1, 2, width=8, depth=2, pack=2)
    draw_weights(critic, [draw])
    x = torch.randn(1, 6, 2, generator=draw).requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x)
    wanted = slope.reshape(3, 4).square().sum(dim=1).mean()
    assert torch.isclose(r1_penalty(critic(x), x), wanted, atol=1e-7)
