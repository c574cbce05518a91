"""Checkpoints: tensors and plain values only, written whole or not at all, loaded without risk.

A PyTorch file is a zip archive around a pickle, and a pickle from a stranger may run code when it
is opened. These functions store nothing that needs such code and refuse files that do.
"""

import contextlib
import glob
import io
import pickle
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch

from genai_course.reproducibility import check_device
from genai_course.whole_files import write_atomically

MARK = "genai_course checkpoint 1"
ABANDONED = 600  # seconds after which an unfinished file belongs to nobody
PLAIN = (bool, int, float, str, type(None), torch.Tensor)


class CheckpointError(ValueError):
    """A checkpoint cannot be written or read; the message is one sentence that says why."""


def save_checkpoint(path: Path | str, contents: dict) -> None:
    """Write a checkpoint; a file of that name is replaced only by a whole new one.

    Args:
        path: File to write; its folder must exist.
        contents: Dict with string keys. Values are tensors, numbers, strings, None, or dicts and
            lists of these, so the `state_dict()` of networks and optimisers will do.

    Raises:
        CheckpointError: If contents hold anything else, or the file cannot be written.
    """
    if not isinstance(contents, dict):
        raise CheckpointError(f"contents are a {type(contents).__name__}, wanted a dict")
    contents = _plain(contents, "contents")
    path = Path(path)
    whole = io.BytesIO()  # PyTorch has no words for a full disk, Python has
    try:
        torch.save({"mark": MARK, "contents": contents}, whole)
        write_atomically(path, whole.getbuffer(), mode=0o600)
        _sweep(path)
    except OSError as error:
        raise CheckpointError(f"cannot write {path.name}: {error.strerror or error}") from error


def _sweep(path):
    """Remove what saves of this file that were killed on the way have left behind."""
    for part in path.parent.glob(f"{glob.escape(path.name)}????????.part"):
        with contextlib.suppress(OSError):  # another process may sweep as well
            if time.time() - part.stat().st_mtime > ABANDONED:  # younger ones may be at work
                part.unlink()


def load_checkpoint(path: Path | str, device: torch.device | str = "cpu") -> dict:
    """Read a checkpoint written by `save_checkpoint`; no code in the file is ever run.

    Args:
        path: The file.
        device: Where to put the tensors.

    Returns:
        The dict that was saved.

    Raises:
        ValueError: If there is no such device.
        CheckpointError: If the file is missing, damaged, or not a checkpoint of this course.
    """
    check_device(device)
    path = Path(path)
    if not path.is_file():
        raise CheckpointError(f"there is no file {path.name} in the folder {path.parent.name!r}")
    _check_archive(path)
    try:
        found = torch.load(path, map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path.name} holds more than tensors and plain values; loading it could run "
            "somebody else's code, so it was refused"
        ) from error
    except (RuntimeError, EOFError, KeyError, OSError) as error:
        raise CheckpointError(f"{path.name} cannot be read as a PyTorch file") from error
    if not isinstance(found, dict) or found.get("mark") != MARK or "contents" not in found:
        raise CheckpointError(f"{path.name} is a PyTorch file, but not a checkpoint of this course")
    return found["contents"]


def load_weights(network: torch.nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Put saved weights into a network of the same architecture, or leave it as it was.

    Args:
        network: The module to fill.
        weights: A `state_dict()` out of a checkpoint.

    Raises:
        CheckpointError: If names or shapes differ; the sentence names the first difference.
    """
    wanted = network.state_dict()
    kind = type(network).__name__
    if not isinstance(weights, dict):
        raise CheckpointError(f"the weights of a {kind} are a dict, not a {type(weights).__name__}")
    for name in sorted(wanted.keys() ^ weights.keys(), key=str):
        where = "in the file but not in the network" if name in weights else "missing in the file"
        raise CheckpointError(f"the weights do not fit this {kind}: {name} is {where}")
    for name, tensor in wanted.items():
        if not isinstance(weights[name], torch.Tensor):
            raise CheckpointError(f"the weights do not fit this {kind}: {name} is no tensor")
        saved, here = tuple(weights[name].shape), tuple(tensor.shape)
        if saved != here:
            raise CheckpointError(
                f"the weights do not fit this {kind}: {name} has shape {saved} in the file, "
                f"{here} in the network"
            )
    network.load_state_dict(weights)


def _check_archive(path):
    """Find out whether every byte is there and is what was written."""
    try:
        with open(path, "rb") as file:
            begins_well = file.read(2) == b"PK"  # an archive may also hide behind something else
    except OSError as error:
        raise CheckpointError(f"{path.name} cannot be read: {error.strerror}") from error
    if not begins_well or not zipfile.is_zipfile(path):
        raise CheckpointError(f"{path.name} was cut off, or never was a checkpoint")
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise CheckpointError(f"{path.name} is damaged and cannot be read") from error
    if damaged:
        raise CheckpointError(f"{path.name} is damaged: {damaged} does not match its checksum")


def _plain(value, where):
    """Return `value` with tensors detached and copied to the CPU; refuse what is not plain."""
    if isinstance(value, dict):
        for key in value:
            if type(key) not in (str, int):
                raise CheckpointError(f"{where} has a key of type {type(key).__name__}")
        return {key: _plain(entry, f"{where}[{key!r}]") for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry, f"{where}[{i}]") for i, entry in enumerate(value)]
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().clone()
    if type(value) not in PLAIN:
        raise CheckpointError(
            f"{where} is a {type(value).__name__}; save tensors, numbers and strings only"
        )
    return value
