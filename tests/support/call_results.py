"""What a call gave, as plain values that can be compared bit by bit: tensors, numbers, texts.

A network is its weights and what it makes of inputs of ours; what a call did to what it was given
is part of what it gave.
"""

import inspect
from dataclasses import fields, is_dataclass
from types import GeneratorType

import numpy as np
import torch
from good_calls import at, good_call, images, labels, letters_in_a_row, owner_of, signed, uniform
from torch import nn
from usual_values import GIVEN

from genai_course.collapse.problems import Problem
from genai_course.collapse.streams import Streams
from genai_course.gan.stacked import StackedLinear, draw_weights

CLOCKS = ("seconds",)
INPUTS = {  # what goes into a network, where it is not made of `latent_dim` numbers
    "baselines.made.MADE": lambda: (uniform(20, 784),),
    "collapse.discriminators": lambda: (uniform(2, 24, 2),),
    "collapse.fixes": lambda: (uniform(2, 24, 2),),
    "conditional.discriminators": lambda: (signed(), labels()),
    "conditional.networks.ConditionalGenerator": lambda: (uniform(20, 64), labels()),
    "conditional.networks.ConditionalVAE": lambda: (images(), uniform(20, 10)),
    "diffusion.networks.TimeEmbedding": lambda: (uniform(20),),
    "diffusion.networks.PointDenoiser": lambda: (uniform(20, 2), uniform(20)),
    "diffusion.networks.TimedBlock": lambda: (uniform(2, 8, 6, 6), uniform(2, 64)),
    "diffusion.networks.WholeMap": lambda: (uniform(2, 8, 7, 7), uniform(2, 64)),
    "diffusion.networks.UNet": lambda: (signed(), uniform(20)),
    "flow.networks.TimeAndLabel": lambda: ((uniform(20), labels()),),
    "flow.networks.LabelledPoints": lambda: (uniform(20, 4), uniform(20), labels()),
    "flow.networks.LabelledUNet": lambda: (signed(), uniform(20), labels()),
    "gan.convolutional.ConvDiscriminator": lambda: (signed(),),
    "gan.convolutional.ConvGenerator": lambda: (uniform(20, 64),),
    "gan.compact.CompactGenerator": lambda: (uniform(20, 100),),
    "gan.minibatch": lambda: (uniform(2, 24, 6),),
    "gan.networks.Discriminator": lambda: (signed(),),
    "gan.networks.Generator": lambda: (uniform(20, 100),),
    "gan.spectral": lambda: (uniform(6, 4),),
    "gan.stacked": lambda: (uniform(2, 24, 2),),
    "gan.toy": lambda: (uniform(20, 1),),
    "sequences.transformer": lambda: (uniform(5, 6, 12),),
    "sequences.transformer.GPT": lambda: (letters_in_a_row(5, 4),),
    "sequences.wavenet.GatedLayer": lambda: (uniform(2, 4, 9), uniform(2, 8, 1)),
    "sequences.wavenet.WaveNet": lambda: (letters_in_a_row(5, 4), torch.arange(5) % 3),
    "vae.networks.Decoder": lambda: (uniform(20, 20),),
    "vae.networks": lambda: (images(),),
    "vae.convolutional.ConvolutionalDecoder": lambda: (uniform(20, 32),),
    "vae.convolutional": lambda: (images(),),
    "vae.vqvae": lambda: (images(),),
    "baselines.made.MaskedLinear": lambda: (uniform(20, 4),),
    "collapse.discriminators.StackedSpectralNorm": lambda: (uniform(2, 6, 4),),
    "evaluation.judge": lambda: (images(),),
    "layers": lambda: (uniform(2, 3, 9, 9),),
    "vae.linear": lambda: (uniform(20, 3),),
}

OTHER_OBJECTS = {  # calls that need more than tensors, seen in their own tests
    *("collapse.causes.measure_ten_images", "collapse.fixes.Recipe.judge"),
    *("collapse.objectives.present", "collapse.readings.pixels", "collapse.views.untouched"),
    *("collapse.views.augmented", "conditional.networks.ConditionalVAE.encode"),
    *("conditional.networks.ConditionalVAE.decode", "evaluation.judge.Judge.features"),
    "gan.stacked.StackedDiscriminator.features",
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


def result_of(door, call, given, name=""):
    """Call a door with good values and these, {name: function that makes one}; tell what came out.

    What became of the values tells, too, but for that of `name`.
    """
    torch.manual_seed(0)
    owner = owner_of(door)
    values = {key: value() for key, value in given.items()}
    values = {**good_call(door, call, "", values), **values}
    torch.manual_seed(1)
    result = call(*owner, **values)
    others = {key: value for key, value in values.items() if key != name}
    return [told(result, door), told(others), [told(one) for one in owner]]


def inputs_of(door):
    """Inputs of the network that a door makes, or None."""
    places = [place for place in INPUTS if door == place or door.startswith(f"{place}.")]
    return INPUTS[max(places, key=len)]() if places else None


def told(thing, door=""):
    """Plain values of whatever a call may give."""
    if isinstance(thing, (torch.Tensor, np.ndarray)):
        return torch.as_tensor(thing).detach().clone()
    if isinstance(thing, nn.Module):
        return network_told(thing, door)
    if isinstance(thing, Problem):
        return [thing.draw(Streams([0]), 50), told(vars(thing))]
    if isinstance(thing, dict):
        return {str(key): told(value, door) for key, value in thing.items()}
    if isinstance(thing, (set, frozenset)):
        return sorted(thing)
    if isinstance(thing, (list, tuple, GeneratorType)):
        return [told(one, door) for one in thing]
    if is_dataclass(thing) and not isinstance(thing, type):
        return {f.name: told(getattr(thing, f.name)) for f in fields(thing) if f.name not in CLOCKS}
    if isinstance(thing, (int, float, str, type(None))):
        return thing
    tensors = {key: told(v) for key, v in getattr(thing, "__dict__", {}).items()
               if isinstance(v, (torch.Tensor, np.ndarray, nn.Module, list))}  # fmt: skip
    return [type(thing).__name__, tensors]


def network_told(network, door):
    """Weights, slopes, and the answer to our inputs; stacked weights are drawn first."""
    if any(isinstance(layer, StackedLinear) for layer in network.modules()):
        draw_weights(network, Streams(range(len(next(network.parameters())))).generators)
    slopes = [told(weight.grad) for weight in network.parameters()]
    return [told(network.state_dict()), slopes, answer(network, door)]


def answer(network, door):
    """What a network makes of our inputs; the name of the error if they do not fit."""
    inputs = inputs_of(door)
    if inputs is None:
        return None
    torch.manual_seed(2)
    try:
        return told(network(*inputs))
    except (RuntimeError, ValueError, IndexError) as error:
        return type(error).__name__


def same(a, b):
    """Whether two results are the same bits, of whatever they consist."""
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return (
            a.shape == b.shape
            and a.dtype == b.dtype
            and torch.equal(a.nan_to_num(7e7), b.nan_to_num(7e7))
        )
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b or (a != a and b != b)
