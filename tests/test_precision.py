"""bfloat16 as a wrapper: float32 outside, half the bits inside, the same parameters."""

import copy

import pytest
import torch
from torch import nn

from genai_course.precision import in_bfloat16


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.latent_dim = 3
        self.linear = nn.Linear(3, 2)
        self.seen = None

    def forward(self, x):
        h = self.linear(x)
        self.seen = h.dtype
        return h, h.argmax(dim=1)

    def twice(self, x):
        return 2 * x


@pytest.fixture
def network():
    torch.manual_seed(0)
    return Pair()


def test_inside_is_bfloat16_and_outside_float32(network):
    x = torch.randn(5, 3)
    exact, _ = network(x)
    rounded, index = in_bfloat16(network)(x)
    assert network.seen == torch.bfloat16
    assert rounded.dtype == torch.float32 and index.dtype == torch.int64
    assert not torch.equal(exact, rounded)
    assert torch.allclose(exact, rounded, atol=0.05)


def test_parameters_are_shared_and_stay_float32(network):
    wrapped = in_bfloat16(network)
    assert [id(p) for p in wrapped.parameters()] == [id(p) for p in network.parameters()]
    wrapped(torch.randn(5, 3))[0].sum().backward()
    assert network.linear.weight.dtype == network.linear.weight.grad.dtype == torch.float32


def test_it_answers_to_the_names_of_the_network(network):
    wrapped = in_bfloat16(network)
    assert wrapped.latent_dim == 3 and wrapped.twice(2) == 4
    with pytest.raises(AttributeError):
        _ = wrapped.nothing_of_that_name


def test_the_mode_reaches_the_network_and_a_copy_is_a_copy(network):
    wrapped = in_bfloat16(network)
    wrapped.eval()
    assert not network.training
    twin = copy.deepcopy(wrapped)
    twin.network.linear.weight.data.zero_()
    assert network.linear.weight.abs().sum() > 0


def test_autocast_is_off_again_afterwards(network):
    in_bfloat16(network)(torch.randn(5, 3))
    network(torch.randn(5, 3))
    assert network.seen == torch.float32
