"""The masked network: autoregressive by its gradients, a distribution by summing it up."""

import itertools

import pytest
import torch
from torch import nn

from genai_course.baselines import made as module
from genai_course.baselines.made import (
    MADE,
    MaskedLinear,
    autoregressive_masks,
    draw_pixel_by_pixel,
)
from genai_course.baselines.steps import made_step


def random_made(num_inputs=8, num_hidden=30, seed=0):
    torch.manual_seed(seed)
    network = MADE(num_inputs, num_hidden).double()
    for weight in network.parameters():
        nn.init.normal_(weight)
    return network


def all_binary(num_pixels):
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=num_pixels))).double()


def jacobian(network, x):
    return torch.autograd.functional.jacobian(lambda v: network(v[None])[0], x)


@pytest.mark.parametrize("num_hidden", [1, 5, 7, 100])
def test_masks_connect_each_output_with_earlier_inputs_only(num_hidden):
    into, out, straight = autoregressive_masks(8, num_hidden)
    assert into.shape == (num_hidden, 8) and out.shape == (8, num_hidden)
    paths = out.long() @ into.long()
    assert torch.equal(straight, torch.ones(8, 8).tril(-1).bool())
    assert (paths.triu() == 0).all()
    if num_hidden >= 7:  # enough units for every degree: all earlier inputs are seen
        assert (paths + torch.ones(8, 8, dtype=torch.long).triu() > 0).all()


def test_a_mask_removes_the_connection_and_its_gradient():
    layer = MaskedLinear(torch.tensor([[1, 0], [0, 1], [1, 1]]))
    layer(torch.ones(1, 2)).sum().backward()
    assert layer.weight.grad.tolist() == [[1, 0], [0, 1], [1, 1]]
    assert layer.weight.shape == (3, 2)


def test_no_output_depends_on_its_own_or_a_later_pixel():
    network = random_made()
    for x in torch.rand(5, 8).double():
        slopes = jacobian(network, x)
        assert (slopes.triu() == 0).all()


def test_each_output_depends_on_every_earlier_pixel():
    network = random_made()  # a mask that sees too little gives a distribution too
    slopes = torch.stack([jacobian(network, x) for x in torch.rand(20, 8).double()])
    seen = slopes.abs().mean(dim=0) > 1e-3  # at a single x a ReLU may be off
    assert torch.equal(seen, torch.ones(8, 8).tril(-1).bool())


def test_the_probabilities_of_all_binary_vectors_sum_to_one():
    network = random_made()
    assert network.log_likelihood(all_binary(8)).exp().sum().item() == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize("place", ["hidden", "straight"])
def test_a_pixel_that_sees_itself_is_found_by_both_checks(monkeypatch, place):
    def leaky(num_inputs, num_hidden):
        into, out, straight = autoregressive_masks(num_inputs, num_hidden)
        if place == "straight":
            return into, out, straight.logical_or(torch.eye(num_inputs).bool())
        degree = torch.linspace(1, num_inputs - 1, num_hidden).round()
        return into, torch.arange(1, num_inputs + 1)[:, None] >= degree, straight

    monkeypatch.setattr(module, "autoregressive_masks", leaky)
    network = random_made()
    assert (jacobian(network, torch.rand(8).double()).diag() != 0).any()
    assert abs(network.log_likelihood(all_binary(8)).exp().sum().item() - 1) > 0.01


def test_samples_follow_the_exact_probabilities():
    network = random_made(num_inputs=3, num_hidden=6)
    torch.manual_seed(1)
    samples = draw_pixel_by_pixel(network, 40_000)
    assert samples.shape == (40_000, 3)
    counts = torch.bincount((samples @ torch.tensor([4.0, 2.0, 1.0]).double()).long(), minlength=8)
    exact = network.log_likelihood(all_binary(3)).exp().detach()
    assert (counts / 40_000 - exact).abs().max() < 0.01


def test_sampling_is_the_plain_pixel_by_pixel_loop():
    network = random_made()
    torch.manual_seed(2)
    fast = draw_pixel_by_pixel(network, 50)
    torch.manual_seed(2)
    plain = torch.zeros(50, 8).double()
    for d in range(8):
        plain[:, d] = torch.bernoulli(torch.sigmoid(network(plain)[:, d])).detach()
    assert torch.equal(fast, plain)


def test_images_are_flattened_and_a_step_lowers_the_loss():
    torch.manual_seed(0)
    x = (torch.arange(784).view(1, 1, 28, 28) % 2).float().expand(16, 1, 28, 28)
    network = MADE(784, 20)
    assert network.log_likelihood(x).shape == (16,)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = [made_step(network, optimizer, x)["nll"] for _ in range(30)]
    assert losses[0].item() == pytest.approx(784 * 0.6931, rel=0.05)
    assert losses[-1] < losses[0] / 3 and not losses[0].requires_grad


def test_a_step_binarises_afresh():
    torch.manual_seed(0)
    seen = []

    class Spy(MADE):
        def log_likelihood(self, x):
            seen.append(x)
            return super().log_likelihood(x)

    network = Spy(784, 5)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.0)
    grey = torch.full((4, 1, 28, 28), 0.5)
    for _ in range(2):
        made_step(network, optimizer, grey)
    assert set(seen[0].unique().tolist()) == {0.0, 1.0}
    assert not torch.equal(seen[0], seen[1])


def test_gradients_do_not_pile_up_over_steps():
    network = random_made()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.0)
    x, norms = all_binary(8), []  # 0 and 1 are drawn as they are
    for _ in range(3):
        made_step(network, optimizer, x)
        norms.append(network.straight.weight.grad.norm().item())
    assert norms[0] > 0 and norms == pytest.approx([norms[0]] * 3)
