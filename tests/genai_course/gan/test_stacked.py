"""S networks in one: the same outputs and gradients as S networks apart."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

from genai_course.gan.stacked import (
    StackedDiscriminator,
    StackedLinear,
    draw_weights,
    pack_samples,
    stacked_mlp,
)

SIZES = [2, 16, 8, 3]


def generators(seeds):
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def drawn(seeds, build):
    network = build(len(seeds))
    draw_weights(network, generators(seeds))
    return network


def alone(stack, s):
    """Network s of a stack of layers as an ordinary network."""
    layers = []
    for layer in stack:
        if isinstance(layer, StackedLinear):
            linear = nn.Linear(*layer.weight.shape[1:])
            linear.weight.data = layer.weight.data[s].T.clone()
            linear.bias.data = layer.bias.data[s, 0].clone()
            layer = linear
        layers.append(layer)
    return nn.Sequential(*layers)


def test_the_stack_agrees_with_networks_apart_and_with_vmap():
    stack = drawn([0, 1, 2], lambda n: stacked_mlp(n, SIZES))
    x = torch.randn(3, 7, 2)
    singles = [alone(stack, s) for s in range(3)]
    state, buffers = stack_module_state(singles)
    by_vmap = vmap(lambda own, x: functional_call(singles[0], own, (x,)))(state, x)
    apart = torch.stack([net(x[s]) for s, net in enumerate(singles)])
    assert stack(x).shape == (3, 7, 3) and not buffers
    assert torch.allclose(stack(x), apart, atol=1e-6)
    assert torch.allclose(stack(x), by_vmap, atol=1e-6)


def test_gradients_do_not_see_the_other_networks():
    stack = drawn([0, 1, 2], lambda n: stacked_mlp(n, SIZES))
    x = torch.randn(3, 7, 2)
    stack(x).square().mean(dim=(1, 2)).sum().backward()
    for s in range(3):
        single = alone(stack, s)
        single(x[s]).square().mean().backward()
        assert torch.allclose(stack[0].weight.grad[s], single[0].weight.grad.T, atol=1e-6)
        assert torch.allclose(stack[4].bias.grad[s, 0], single[4].bias.grad, atol=1e-6)


def test_a_network_is_drawn_alike_alone_and_beside_others():
    three = drawn([5, 6, 7], lambda n: stacked_mlp(n, SIZES))
    one = drawn([6], lambda n: stacked_mlp(n, SIZES))
    for many, single in zip(three.parameters(), one.parameters(), strict=True):
        assert torch.equal(many[1], single[0])
        assert not torch.equal(many[0], many[1])


def test_weights_and_biases_fill_the_interval_of_nn_linear():
    layer = drawn([0], lambda n: StackedLinear(n, 400, 300))
    for parameter in (layer.weight, layer.bias):
        assert 0.97 / 20 < parameter.abs().max() <= 1 / 20
        assert abs(parameter.mean()) < 0.01
        assert parameter.requires_grad


def test_no_activation_follows_the_last_layer():
    layers = list(stacked_mlp(2, SIZES, nn.Tanh))
    assert [type(layer) for layer in layers] == [StackedLinear, nn.Tanh] * 2 + [StackedLinear]


@pytest.mark.parametrize(("depth", "layers"), [(1, 2), (3, 4)])
def test_the_discriminator_gives_a_logit_a_sample(depth, layers):
    network = drawn([0, 1], lambda n: StackedDiscriminator(n, 2, width=16, depth=depth))
    x = torch.randn(2, 6, 2)
    assert network(x).shape == (2, 6, 1) and network.features(x).shape == (2, 6, 16)
    assert sum(isinstance(m, StackedLinear) for m in network.modules()) == layers
    assert network.features(x).min() >= 0  # an activation ends the body
    moved = torch.cat((x[:, :1], torch.randn(2, 5, 2)), dim=1)
    assert torch.allclose(network(moved)[:, 0], network(x)[:, 0])  # samples do not see each other


def test_a_pack_is_judged_as_one_and_a_batch_layer_is_used():
    class Ones(nn.Module):
        def forward(self, features):
            return torch.cat((features, torch.ones_like(features[..., :1])), dim=-1)

    options = {"width": 16, "pack": 2, "batch_layer": Ones(), "extra": 1}
    network = drawn([0], lambda n: StackedDiscriminator(n, 2, **options))
    x = torch.randn(1, 6, 2)
    assert network(x).shape == (1, 3, 1)
    by_hand = network.head(Ones()(network.body(x.reshape(1, 3, 4))))
    assert torch.equal(network(x), by_hand)


def test_packs_glue_neighbours_and_refuse_a_rest():
    x = torch.arange(12.0).reshape(1, 6, 2)
    assert pack_samples(x, 3).tolist() == [[[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]]
    assert torch.equal(pack_samples(x, 1), x)
    with pytest.raises(ValueError, match="6 samples do not make packs of 4"):
        pack_samples(x, 4)
