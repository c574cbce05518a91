"""bfloat16 as a wrapper: float32 outside, half the bits inside, the same parameters."""

import copy

import pytest
import torch
from torch import nn

from genai_course.training import precision
from genai_course.training.precision import bfloat16_units, in_bfloat16, in_fastest


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


X86, ARM = "processor\t: 0\nvmx flags\t: amx_bf16\nflags\t\t: fpu {}\n", "Features\t: fp asimd {}\n"


@pytest.mark.parametrize(
    ("told", "units"),
    [
        (X86.format("avx2 fma avx512f"), ()),
        (X86.format("avx2 avx512_bf16"), ("AVX512_BF16",)),
        (X86.format("avx512_bf16 amx_bf16 amx_tile"), ("AMX", "AVX512_BF16")),
        (ARM.format("bf16 i8mm"), ("ARM's BF16",)),
        (ARM.format("i8mm"), ()),
        ("", ()),
    ],
)
def test_the_processor_is_asked_for_its_units(monkeypatch, told, units):
    monkeypatch.setattr(precision.Path, "read_text", lambda path, encoding: told)
    assert bfloat16_units() == bfloat16_units(torch.device("cpu")) == units


@pytest.mark.parametrize(("answer", "units"), [(True, ("AVX512_BF16",)), (False, ()), (None, ())])
def test_where_the_system_does_not_tell_pytorch_is_asked(monkeypatch, answer, units):
    def refuse(path, encoding):
        raise FileNotFoundError

    name = "_is_avx512_bf16_supported"
    monkeypatch.setattr(precision.Path, "read_text", refuse)
    if answer is None:  # as in PyTorch 2.4
        monkeypatch.delattr(torch.cpu, name, raising=False)
    else:
        monkeypatch.setattr(torch.cpu, name, lambda: answer, raising=False)
    assert bfloat16_units() == units


@pytest.mark.parametrize(("major", "units"), [(7, ()), (8, ("tensor cores",))])
def test_a_gpu_has_units_from_ampere_on(monkeypatch, major, units):
    monkeypatch.setattr(torch.version, "hip", None)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (major, 5))
    assert bfloat16_units("cuda") == units
    monkeypatch.setattr(torch.version, "hip", "6.0")
    assert bfloat16_units("cuda") == ("matrix cores",)
    assert bfloat16_units("meta") == ()


def test_the_fastest_way_is_bfloat16_only_where_there_are_units(network, monkeypatch):
    monkeypatch.setattr(precision, "bfloat16_units", lambda device: ())
    assert in_fastest(network, "cpu") is network
    monkeypatch.setattr(precision, "bfloat16_units", lambda device: ("AMX",))
    in_fastest(network, "cpu")(torch.randn(5, 3))
    assert network.seen == torch.bfloat16
