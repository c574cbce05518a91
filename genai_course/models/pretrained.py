"""Trained models that come with the course: load one and go on, without training it yourself.

    generator = load_pretrained("dcgan")
    images = draw(generator, 64)

The weights are plain numbers in safetensors files, so loading them runs no code. Beside each lies
its card, a JSON file: what was trained, on which data, with which seed, for how long, how good it
is and how that was measured. `make pretrained` trains all of them anew.
"""

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as tensors_from_bytes

from genai_course.conditional.networks import ConditionalGenerator, ConditionalVAE, one_hot
from genai_course.data import to_unit_range
from genai_course.gan.compact import CompactGenerator
from genai_course.gan.convolutional import ConvGenerator
from genai_course.reproducibility import check_device
from genai_course.training.checkpoints import CheckpointError, load_weights
from genai_course.vae.convolutional import ConvolutionalVAE
from genai_course.vae.networks import VAE

WEIGHTS = Path(__file__).resolve().parent / "weights"
NAMES = ("gan", "dcgan", "vae", "vae_conv", "conditional_gan", "conditional_vae")
CLASSES = {
    "CompactGenerator": CompactGenerator,
    "ConvGenerator": ConvGenerator,
    "VAE": VAE,
    "ConvolutionalVAE": ConvolutionalVAE,
    "ConditionalGenerator": ConditionalGenerator,
    "ConditionalVAE": ConditionalVAE,
}
REMEDY = "reinstall the course or run `make pretrained`"
NEEDED = ("class", "arguments", "sha256", "bytes", "metrics", "licence")


class PretrainedError(ValueError):
    """A shipped model cannot be had; the message is one sentence that says why."""


def load_pretrained(name, device="cpu"):
    """Load a trained model, ready for use; the random numbers of your session stay as they are.

    Args:
        name: One of `NAMES`; the number of its notebook stands on its card.
        device: Where to put it.

    Returns:
        The network in evaluation mode, float32, without gradients; call `requires_grad_(True)`
        and `train()` on it to train it further.

    Raises:
        PretrainedError: If there is no such model, or its files are missing, cut off, changed, of
            another kind or of another network.
        ValueError: If there is no such device.
    """
    check_device(device)
    card = read_card(name)
    content = _read(_path(name))
    return model_from_bytes(content, card, _path(name).name).to(device)


def read_card(name):
    """Return the card of a shipped model as a dict: data, seed, steps, metrics, range, licence.

    Raises:
        PretrainedError: If there is no such model, or its card is missing or damaged.
    """
    if name not in NAMES:
        raise PretrainedError(f"there is no shipped model {name!r}; there are: {', '.join(NAMES)}")
    path = _path(name).with_suffix(".json")
    try:
        card = json.loads(_read(path).decode("utf-8"))
    except ValueError as error:
        if isinstance(error, PretrainedError):
            raise
        raise PretrainedError(f"weights/{path.name} is not a card (JSON): {REMEDY}") from error
    missing = [key for key in NEEDED if not isinstance(card, dict) or key not in card]
    if missing:
        raise PretrainedError(f"weights/{path.name} does not say {missing[0]!r}: {REMEDY}")
    return card


def draw(model, num_images, seed=0, labels=None):
    """Let a shipped model draw; the same seed gives the same images on every machine.

    Args:
        model: What `load_pretrained` returned, or any network of these classes.
        num_images: How many, a positive integer.
        seed: Seed of the random numbers z, drawn on the CPU.
        labels: For conditional models, which digits to draw, shape (num_images,), integers 0 to
            9; None stands for 0, 1, ..., 9, 0, 1, ... in turn.

    Returns:
        Images in [0, 1], shape (num_images, 1, 28, 28), on the device of the model.

    Raises:
        ValueError: If a model that knows no labels is given some, or there is not one an image.
    """
    conditional = isinstance(model, (ConditionalGenerator, ConditionalVAE))
    if labels is not None and not conditional:
        raise ValueError(f"{type(model).__name__} draws what it likes: it takes no labels")
    if labels is None:
        labels = torch.arange(num_images) % 10
    if labels.shape != (num_images,):
        raise ValueError(f"labels have shape {tuple(labels.shape)}, wanted ({num_images},)")
    device = next(model.parameters()).device
    latent_dim = (model if hasattr(model, "latent_dim") else model.decoder).latent_dim
    z = torch.randn(num_images, latent_dim, generator=torch.Generator().manual_seed(seed))
    was_training = model.training
    model.eval()
    with torch.no_grad():
        pairs = zip(z.to(device).split(500), labels.to(device).split(500), strict=True)
        images = torch.cat([_images(model, *pair) for pair in pairs])
    model.train(was_training)
    return images


def _images(model, z, labels):
    """Images in [0, 1] of a model, whatever it gives and whether or not it looks at labels."""
    if isinstance(model, ConditionalVAE):
        return model.decode(z, one_hot(labels)).sigmoid()
    if isinstance(model, ConditionalGenerator):
        return to_unit_range(model(z, labels))
    if isinstance(model, VAE):
        return model.decoder(z).sigmoid()
    return to_unit_range(model(z))


def model_from_bytes(content, card, file_name):
    """Build the model that a card describes from the content of its weights file.

    Args:
        content: The file, bytes.
        card: Dict with "class", "arguments", "sha256" and "bytes".
        file_name: What to call the file in an error.

    Raises:
        PretrainedError: If content and card do not belong together.
    """
    try:
        _check_sum(content, card)
        tensors = tensors_from_bytes(content)
        with torch.random.fork_rng(devices=[]):  # the first weights are random, and replaced
            model = CLASSES[card["class"]](**card["arguments"])
        load_weights(model, _full_precision(tensors, model.state_dict()))
    except (KeyError, TypeError) as error:
        raise PretrainedError(f"the card of weights/{file_name} names no known network") from error
    except (CheckpointError, SafetensorError, _Unfit) as error:
        reason = "it is not a safetensors file" if isinstance(error, SafetensorError) else error
        raise PretrainedError(f"weights/{file_name} was refused: {reason}; {REMEDY}") from error
    return model.eval().requires_grad_(False)


class _Unfit(Exception):
    pass


def _check_sum(content, card):
    if hashlib.sha256(content).hexdigest() == card["sha256"]:
        return
    if len(content) < card["bytes"]:
        raise _Unfit(f"it was cut off, {len(content)} bytes of {card['bytes']}")
    tensors_from_bytes(content)  # raises if it is something else altogether
    raise _Unfit("its checksum is not the one on its card, so some numbers have changed")


def _full_precision(tensors, wanted):
    """Stored halves become float32 again; anything else must have the type of the network."""
    result = {}
    for name, tensor in tensors.items():
        dtype = wanted[name].dtype if name in wanted else tensor.dtype
        if tensor.dtype not in (dtype, torch.float16) or not tensor.isfinite().all():
            raise _Unfit(f"{name} holds {tensor.dtype} or values that are not finite")
        result[name] = tensor.to(dtype)
    return result


def _path(name):
    return WEIGHTS / f"{name}.safetensors"


def _read(path):
    try:
        return path.read_bytes()
    except OSError as error:
        sentence = f"weights/{path.name} cannot be read ({error.strerror}): {REMEDY}"
        raise PretrainedError(sentence) from error
