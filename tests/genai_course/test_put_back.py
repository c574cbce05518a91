"""What a function changes of a network for its own use is as it was afterwards.

All doors that are given a network are called with one whose habits are unusual: batch
normalisation with another momentum, and both modes. Its modes, its habits, which weights learn
and what is hooked to it must be the same after the call.
"""

import inspect

import pytest
import torch
from call_results import OTHER_OBJECTS, values_of
from good_calls import doors, owner_of, uniform
from torch import nn

from genai_course.gan.convolutional import ConvDiscriminator, ConvGenerator
from genai_course.gan.spectral import lipschitz_bound
from genai_course.training.averaging import renew_statistics, update_average

MEANT = {"training.averaging.renew_statistics": {"training"}}  # what a docstring promises
MORE = {  # of `training`, and where the usual network will not do
    "gan.spectral.lipschitz_bound": (
        lipschitz_bound,
        lambda: {"discriminator": ConvDiscriminator(2, spectral=True)},
    ),
    "training.averaging.renew_statistics": (
        renew_statistics,
        lambda: {"network": ConvGenerator(8, 2), "inputs": uniform(20, 8)},
    ),
    "training.averaging.update_average": (
        update_average,
        lambda: {"average": ConvGenerator(8, 2), "network": ConvGenerator(8, 2)},
    ),
}
PLAIN = (bool, int, float, str, type(None), tuple)


def networks_in(values):
    """All networks among the values of a call, those of lists too."""
    flat = [one for v in values for one in (v if isinstance(v, (list, tuple)) else [v])]
    return [one for one in flat if isinstance(one, nn.Module)]


def habits(network):
    """Everything of a network that is no tensor."""
    found = {}
    for place, part in network.named_modules():
        for name, value in vars(part).items():
            if isinstance(value, PLAIN):
                found[f"{place}.{name}"] = value
            elif "hooks" in name and isinstance(value, dict):
                found[f"{place}.{name}"] = len(value)
    learns = {f"{name} learns": p.requires_grad for name, p in network.named_parameters()}
    return found | learns


def unusual(network, training):
    """Give a network habits that no default puts back."""
    for number, part in enumerate(network.modules()):
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            part.momentum, part.eps = 0.3 + 0.01 * number, 1e-4
    return network.train(training)


def calls():
    """Yield (door, function, function that makes its values) where a network is among these."""
    for door, call, _ in doors():
        if door not in OTHER_OBJECTS and inspect.isfunction(call):
            values = values_of(door, call)
            if values is not None and networks_in([*values.values(), *owner_of(door)]):
                yield door, call, lambda door=door, call=call: values_of(door, call)
    for door, (call, values) in MORE.items():
        yield door, call, values


CALLS = {door: (call, values) for door, call, values in calls()}


def test_many_doors_take_a_network():
    assert len(CALLS) >= 30


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluating"])
@pytest.mark.parametrize("door", CALLS)
def test_a_network_keeps_its_habits(door, training):
    call, make = CALLS[door]
    torch.manual_seed(0)
    values, owner = make(), owner_of(door)
    given = [unusual(n, training) for n in networks_in([*values.values(), *owner])]
    before = [habits(network) for network in given]
    call(*owner, **values)
    for was, network in zip(before, given, strict=True):
        now = habits(network)
        changed = {key for key in was.keys() | now if was.get(key) != now.get(key)}
        meant = MEANT.get(door, set())
        assert not {key for key in changed if key.rpartition(".")[2] not in meant}, changed
