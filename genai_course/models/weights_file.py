"""The two files of a shipped model: its weights, and a card that says what they are.

The weights are plain numbers in a safetensors file, so reading them runs no code. The card, a JSON
file beside it, holds their size and checksum: what was trained, on which data, how good it is.

This module knows files and no networks. So it stands below `evaluation`, whose judge is such a
model, while `pretrained`, next to it, stands above the families whose networks it builds.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as tensors_from_bytes

from genai_course.training.checkpoints import CheckpointError, load_weights

WEIGHTS = Path(__file__).resolve().parent / "weights"
NEEDED = ("class", "arguments", "sha256", "bytes", "metrics", "licence")
Network = TypeVar("Network", bound=torch.nn.Module)


class PretrainedError(ValueError):
    """A shipped model cannot be had; the message is one sentence that says why."""


def card_of(name: str) -> dict:
    """Return the card of a shipped model, a dict.

    Args:
        name: Of the model and its files, such as "dcgan" or "judge_mnist".

    Raises:
        PretrainedError: If the card is missing or damaged.
    """
    file_name = f"{name}.json"
    try:
        card = json.loads(_read(file_name).decode("utf-8"))
    except ValueError as error:
        if isinstance(error, PretrainedError):
            raise
        sentence = f"weights/{file_name} is not a card (JSON): {_remedy(file_name)}"
        raise PretrainedError(sentence) from error
    missing = [key for key in NEEDED if not isinstance(card, dict) or key not in card]
    if missing:
        sentence = f"weights/{file_name} does not say {missing[0]!r}: {_remedy(file_name)}"
        raise PretrainedError(sentence)
    return card


def content_of(name: str) -> bytes:
    """Return the weights file of a shipped model as bytes, as they are.

    Args:
        name: Of the model and its files.

    Raises:
        PretrainedError: If the file is missing or cannot be read.
    """
    return _read(f"{name}.safetensors")


def fill(network: Network, content: bytes, card: Mapping, file_name: str) -> Network:
    """Put the content of a weights file into a network, once it is what the card describes.

    Args:
        network: A network of the class that the card names; its weights are replaced.
        content: The file, bytes.
        card: Dict with "class", "sha256" and "bytes".
        file_name: What to call the file in an error.

    Returns:
        The network in evaluation mode, without gradients.

    Raises:
        PretrainedError: If content, card and network do not belong together.
    """
    try:
        _check_card(card, network)
        _check_sum(content, card)
        tensors = tensors_from_bytes(content)
        load_weights(network, _full_precision(tensors, network.state_dict()))
    except (CheckpointError, SafetensorError, _Unfit) as error:
        reason = "it is not a safetensors file" if isinstance(error, SafetensorError) else error
        sentence = f"weights/{file_name} was refused: {reason}; {_remedy(file_name)}"
        raise PretrainedError(sentence) from error
    return network.eval().requires_grad_(False)


class _Unfit(Exception):
    pass


def _check_card(card, network):
    if card["class"] != type(network).__name__:
        raise _Unfit(f"its card is that of a {card['class']}, not of a {type(network).__name__}")
    if type(card["bytes"]) is not int:
        raise _Unfit("its card does not say how many bytes it has")


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


def _read(file_name):
    try:
        return (WEIGHTS / file_name).read_bytes()
    except OSError as error:
        sentence = f"weights/{file_name} cannot be read ({error.strerror}): {_remedy(file_name)}"
        raise PretrainedError(sentence) from error


def _remedy(file_name):
    verb = "judge" if file_name.startswith("judge_") else "pretrained"
    return f"reinstall the course or run `make {verb}`"
