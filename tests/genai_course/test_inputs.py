"""What goes in stays as it is.

All doors of `good_calls` that take tensors are found, and the `forward` of every network. No tensor
that was handed in may be written to, not even with the numbers that it holds.
"""

import inspect

import pytest
import torch
from call_results import OTHER_OBJECTS, inputs_of, tensors_in, values_of
from good_calls import at, doors, good_call, networks, owner_of
from usual_values import GIVEN

from genai_course.collapse.streams import Streams
from genai_course.gan.stacked import StackedLinear, draw_weights


def network_of(door, call):
    """A network of this class with weights; all that is drawn is drawn alike."""
    torch.manual_seed(0)
    names = inspect.signature(call).parameters
    given = {key: value() for key, value in at(door, {}, GIVEN).items() if key in names}
    network = call(**{**good_call(door, call, "", given), **given})
    if any(isinstance(layer, StackedLinear) for layer in network.modules()):
        draw_weights(network, Streams(range(len(next(network.parameters())))).generators)
    return network


NETWORKS = [
    pytest.param(door, call, id=door)
    for door, call, _ in networks()
    if not door.startswith(("exercises.", "training.")) and "forward" in vars(call)
]
CALLS = [
    pytest.param(door, call, id=door) for door, call, _ in doors() if door not in OTHER_OBJECTS
]


@pytest.mark.parametrize(("door", "call"), NETWORKS)
@pytest.mark.parametrize("training", [True, False])
def test_a_network_leaves_its_inputs_alone(door, call, training):
    network, inputs = network_of(door, call).train(training), inputs_of(door)
    left_alone(inputs, lambda: network(*inputs))


@pytest.mark.parametrize(("door", "call"), CALLS)
def test_a_call_leaves_its_tensors_alone(door, call):
    torch.manual_seed(0)
    owner, values = owner_of(door), values_of(door, call)
    if values is None or not [*tensors_in(values)]:
        pytest.skip("takes no tensors")
    left_alone(values, lambda: call(*owner, **values))


def left_alone(values, compute):
    given = [*tensors_in(values)]
    before = [(one, one.detach().clone(), one._version) for one in given]
    compute()
    for one, copy, version in before:
        assert one._version == version, "a tensor was written to"
        assert torch.equal(one.detach().nan_to_num(7e7), copy.nan_to_num(7e7))
