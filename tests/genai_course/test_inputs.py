"""What goes in stays as it is, and every sample counts, the last one too.

All doors of `good_calls` that take tensors are found, and the `forward` of every network. No tensor
that was handed in may be written to, not even with the numbers that it holds. Another first or
last sample of a batch is another result, of twenty samples and of seven.
"""

import inspect

import pytest
import torch
from call_results import inputs_of, result_of, same, told
from good_calls import at, doors, good_call, networks, owner_of
from usual_values import GIVEN

from genai_course.collapse.streams import Streams
from genai_course.gan.stacked import StackedLinear, draw_weights

SIZES = (20, 7)
NOT_EVERY_SAMPLE = {  # where one sample may make no difference: {door: {parameter: why}}
}


def values_of(door, call):
    """Good values of a call, and those of `GIVEN` instead; None where nobody has said them."""
    names = inspect.signature(call).parameters
    given = {key: value() for key, value in at(door, {}, GIVEN).items() if key in names}
    try:
        return {**good_call(door, call, "", given), **given}
    except KeyError:
        return None


def tensors_in(value):
    """Yield all tensors in a value: itself, or those of lists, tuples and dicts."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(one)


def network_of(door, call):
    """A network of this class with weights; all that is drawn is drawn alike."""
    torch.manual_seed(0)
    names = inspect.signature(call).parameters
    given = {key: value() for key, value in at(door, {}, GIVEN).items() if key in names}
    network = call(**{**good_call(door, call, "", given), **given})
    if any(isinstance(layer, StackedLinear) for layer in network.modules()):
        draw_weights(network, Streams(range(len(next(network.parameters())))).generators)
    return network


NETWORKS = [pytest.param(door, call, id=door) for door, call, _ in networks()]
CALLS = [pytest.param(door, call, id=door) for door, call, _ in doors()]


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


def batches_of(door, call):
    """Names of what holds twenty samples and has no graph."""
    values = values_of(door, call) or {}
    return [
        name
        for name, value in values.items()
        if isinstance(value, torch.Tensor) and value.ndim and len(value) == 20
        if not value.requires_grad and name not in NOT_EVERY_SAMPLE.get(door, {})
    ]


def changed(value, place):
    """The batch with another sample at this place: still of its kind, and in its range."""
    other = value.clone()
    other[place] = 1 - value[place] if value.dtype == torch.int64 else 0.3 * value[place] + 0.35
    return other


@pytest.mark.parametrize(("door", "call"), CALLS)
@pytest.mark.parametrize("size", SIZES)
def test_the_first_and_the_last_sample_count(door, call, size):
    names = batches_of(door, call)
    if not names:
        pytest.skip("takes no batches")
    values = values_of(door, call)
    given = {key: (lambda v=value: v[:size]) for key, value in values.items() if key in names}
    for name in names:
        usual = result_of(door, call, given, name)
        for place in (0, -1):
            other = given | {name: lambda n=name, p=place: changed(values[n][:size], p)}
            assert not same(usual, result_of(door, call, other, name)), f"sample {place} of {name}"


@pytest.mark.parametrize(("door", "call"), NETWORKS)
def test_a_network_sees_the_first_and_the_last_sample(door, call):
    network, inputs = network_of(door, call).eval(), inputs_of(door)
    usual = answer_of(network, inputs)
    for place in (0, -1):
        other = (changed(inputs[0], place), *inputs[1:])
        assert not same(usual, answer_of(network, other))


def answer_of(network, inputs):
    torch.manual_seed(1)
    return told(network(*inputs))
