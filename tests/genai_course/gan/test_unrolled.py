"""Looking ahead: Adam as a function against PyTorch's Adam, and the gradient through its steps."""

import copy

import pytest
import torch
from torch import nn
from torch.func import functional_call

from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.gan.stacked import StackedDiscriminator, draw_weights
from genai_course.gan.unrolled import adam_update, look_ahead

RATE, BETAS = 0.05, (0.7, 0.9)  # with 0.5 a decay and its complement would be the same


@pytest.fixture
def game():
    """A discriminator whose Adam has made three steps, and a batch of each kind."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    optimizer = torch.optim.Adam(net.parameters(), RATE, betas=BETAS)
    x_real, x_fake = torch.randn(2, 8, 2, dtype=torch.float64)
    for _ in range(3):
        step(net, optimizer, x_real, x_fake)
    return net, optimizer, x_real, x_fake


def step(net, optimizer, x_real, x_fake):
    optimizer.zero_grad()
    discriminator_loss(net(x_real), net(x_fake)).backward()
    optimizer.step()


def test_one_update_is_that_of_pytorch():
    weight = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([weight], RATE, betas=BETAS, eps=0.1)
    weights = {"w": weight.detach().clone()}
    moments = {"w": (torch.zeros(3).double(), torch.zeros(3).double())}
    for number in range(1, 6):
        slope = torch.tensor([0.1 * number, -1.0, 2.0**-number], dtype=torch.float64)
        weight.grad = slope.clone()
        optimizer.step()
        weights, moments = adam_update(weights, [slope], moments, number, RATE, BETAS, 0.1)
        assert torch.allclose(weights["w"], weight.detach(), atol=1e-9)


@pytest.mark.parametrize("num_steps", [1, 4])
def test_the_weights_ahead_are_those_of_a_copy_that_went_on(game, num_steps):
    net, optimizer, x_real, x_fake = game
    ahead = look_ahead(net, optimizer, x_real, x_fake, num_steps)
    twin = copy.deepcopy(net)
    twin_optimizer = torch.optim.Adam(twin.parameters(), RATE, betas=BETAS)
    twin_optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for _ in range(num_steps):
        step(twin, twin_optimizer, x_real, x_fake)
    for name, weight in twin.named_parameters():
        assert torch.allclose(ahead[name], weight, atol=1e-7), name


def test_nothing_is_changed_by_looking(game):
    net, optimizer, x_real, x_fake = game
    before = copy.deepcopy(net.state_dict()), copy.deepcopy(optimizer.state_dict()["state"])
    look_ahead(net, optimizer, x_real, x_fake, 3)
    assert all(torch.equal(net.state_dict()[k], v) for k, v in before[0].items())
    for number, state in optimizer.state_dict()["state"].items():
        assert all(torch.equal(state[k], v) for k, v in before[1][number].items())


def test_the_gradient_goes_through_every_step(game):
    net, optimizer, x_real, x_fake = game

    def loss(x):
        ahead = look_ahead(net, optimizer, x_real, x, 2)
        return generator_loss(functional_call(net, ahead, (x,)))

    x = x_fake.clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss(x), x)
    direction = torch.randn_like(x)
    h = 1e-6
    by_difference = (loss(x_fake + h * direction) - loss(x_fake - h * direction)) / (2 * h)
    assert torch.isclose((slope * direction).sum(), by_difference.detach(), rtol=1e-4)
    frozen = {name: w.detach() for name, w in look_ahead(net, optimizer, x_real, x, 2).items()}
    (without,) = torch.autograd.grad(generator_loss(functional_call(net, frozen, (x,))), x)
    assert not torch.allclose(slope, without, rtol=1e-2)


def test_each_network_of_a_stack_looks_ahead_as_it_would_alone():
    def played(seeds, x_real, x_fake):
        net = StackedDiscriminator(len(seeds), 2, width=4, depth=1)
        draw_weights(net, [torch.Generator().manual_seed(seed) for seed in seeds])
        optimizer = torch.optim.Adam(net.parameters(), RATE, betas=BETAS, eps=0.1)
        logits = net(x_real).flatten(), net(x_fake).flatten()  # a large eps: size matters
        (len(seeds) * discriminator_loss(*logits)).backward()
        optimizer.step()
        return look_ahead(net, optimizer, x_real, x_fake, 2, scale=len(seeds))

    x_real, x_fake = torch.randn(2, 2, 8, 2, generator=torch.Generator().manual_seed(5))
    both = played((0, 1), x_real, x_fake)
    alone = played((1,), x_real[1:], x_fake[1:])
    for name, weight in both.items():
        assert torch.allclose(weight[1:], alone[name], atol=1e-6), name
