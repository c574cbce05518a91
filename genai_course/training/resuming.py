"""Training that goes on where it was, however it was stopped.

    checkpoint = Checkpoint("gan.pt", generator=generator, optimizer=optimizer)
    history = fit(step, images, num_epochs=40, checkpoint=checkpoint)

Now and then `fit` stores the parts, the history and the state of PyTorch's random numbers. After
an interrupt, a crash or a power cut the same lines, run anew, go on from there. The order of the
batches follows from the seed alone, so on a CPU with the same number of threads weights and
history come out, to the last bit, as without the stop.
"""

import copy
import itertools
import operator
import os
import warnings
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from genai_course.training.checkpoints import CheckpointError, load_checkpoint, save_checkpoint
from genai_course.training.inputs import check_integer, told
from genai_course.training.messages import not_finite
from genai_course.training.state import Part, RandomNumbers, load_part, settings_of, state_of

CHECKSUM = "checksum of the images"  # files of earlier versions have none
History = dict[str, list[Tensor]]


class Checkpoint:
    """A file from which a training goes on, and the parts of that training.

    Args:
        path: The file, in a folder that exists; `fit` makes it, and nothing else may use it.
        every: Steps from one time that it is stored to the next.
        parts: Everything that changes while training, by name: networks, averages of networks,
            optimisers, schedules (whatever has a `state_dict`) and generators of random numbers.

    Raises:
        ValueError: If there are no parts, `every` is not positive or the path is a folder.
        TypeError: If a part has no state that can be stored, or `every` is no integer.
    """

    def __init__(self, path: Path | str, *, every: int = 500, **parts: Part) -> None:
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"path is {told(path)}, wanted the name of a file, such as 'run.pt'")
        if Path(path).is_dir():
            raise CheckpointError(f"{path} is a folder, wanted the name of a file in it")
        if not parts:
            raise ValueError("a checkpoint needs parts, such as network=network, and got none")
        check_integer("every", every, 1)
        for name, part in parts.items():
            if not isinstance(part, torch.Generator) and not hasattr(part, "load_state_dict"):
                raise TypeError(f"{name} is a {type(part).__name__}, which has no state_dict")
        self.path, self.every = Path(path), every
        self.parts = {**parts, "random numbers": RandomNumbers()}
        self.settings, self.stored = dict[str, object](), 0

    def resume(self, num_steps: int, settings: Mapping[str, object]) -> tuple[History, int]:
        """Fill the parts from the file, or begin one where there is none.

        Args:
            num_steps: Steps in all, at least those that are done.
            settings: Dict of what must not change on the way: the seed, the size of a batch.

        Returns:
            history, a dict from name to a list of 0-d tensors, and the number of steps done.

        Raises:
            CheckpointError: If the file belongs to another training, or is no checkpoint of one,
                or cannot be read or written; the parts are then as they were.
        """
        self.settings = {**settings, **settings_of(self.parts)}
        if not self.path.exists():
            self._write(0, {})
            return {}, 0
        state = self._read()
        saved = state["settings"]
        for name, value in self.settings.items():
            added = name == CHECKSUM or name not in {**settings, **self.parts}
            newer = added and name not in saved  # this course and PyTorch have added settings
            if not newer and saved.get(name) != value:
                raise self._other(f"{name} is {saved.get(name)} in it and {value} here")
        if state["done"] > num_steps:
            raise self._other(f"{state['done']} steps are done in it and {num_steps} wanted here")
        self._fill(state)
        return {name: list(v.unbind()) for name, v in state["history"].items()}, state["done"]

    def save(self, done: int, history: History) -> None:
        """Store the state after `done` steps; a full disk is no reason to stop the training.

        Args:
            done: Steps done, counted from the beginning of the training.
            history: Dict from name to a list of 0-d tensors, all finite.

        Raises:
            FloatingPointError: If a network's weights are not finite; the file stays as it was.
        """
        networks = (part for part in self.parts.values() if isinstance(part, nn.Module))
        if not all(p.isfinite().all() for network in networks for p in network.parameters()):
            raise not_finite(done, history, self)
        try:
            self._write(done, history)
        except CheckpointError as error:
            text = f"{error}; training goes on, and the file keeps step {self.stored}"
            warnings.warn(text, stacklevel=3)

    def put_back(self) -> str:
        """Fill the parts with what was stored last; return a sentence that says so."""
        try:
            self._fill(self._read())
        except CheckpointError as error:
            return f"The last good weights cannot be had: {error}."
        return (
            f"{', '.join(self.parts)} are back at step {self.stored}, the last that was stored: "
            "build an optimiser with a lower rate, or mend the step, and go on from these weights "
            "with a checkpoint of another name."
        )

    def _write(self, done, history):
        state = {
            "settings": self.settings,
            "done": done,
            "history": {name: stacked(values) for name, values in history.items()},
            "parts": {name: state_of(part) for name, part in self.parts.items()},
        }
        save_checkpoint(self.path, state)
        self.stored = done

    def _read(self):
        """Return the content of the file once its form is right."""
        state = load_checkpoint(self.path)
        kinds = {"settings": dict, "done": int, "history": dict, "parts": dict}
        for name, kind in kinds.items():
            if not isinstance(state, dict) or type(state.get(name)) is not kind:
                raise CheckpointError(
                    f"{self.path.name} is a checkpoint, but not of a training: "
                    f"{name!r} is missing or of the wrong kind"
                )
        if state["done"] < 0:
            raise CheckpointError(f"{self.path.name} claims {state['done']} steps")
        for name, values in state["history"].items():
            plain = isinstance(values, torch.Tensor) and values.dim() == 1
            if not plain or not 0 < len(values) <= state["done"]:
                raise CheckpointError(f"{self.path.name} holds no history of {name}")
        for name in sorted(state["parts"].keys() ^ self.parts.keys(), key=str):
            where = "in it, but not here" if name in state["parts"] else "here, but not in it"
            raise self._other(f"{name} is {where}")
        return state

    def _fill(self, state):
        """Fill all parts, or none."""
        before = copy.deepcopy({name: state_of(part) for name, part in self.parts.items()})
        name = None
        try:
            for name, part in self.parts.items():
                load_part(part, state["parts"][name])
        except Exception as error:  # a file may hold anything, so anything may go wrong
            for changed, part in self.parts.items():
                load_part(part, before[changed])
            reason = error if isinstance(error, CheckpointError) else "it holds something else"
            raise CheckpointError(f"{self.path.name} does not fit {name}: {reason}") from error
        self.stored = state["done"]

    def _other(self, difference):
        return CheckpointError(
            f"{self.path.name} belongs to another training ({difference}): "
            "give the checkpoint another name, or delete the file to begin anew"
        )


def resume(checkpoint: Checkpoint | None, num_steps: int, seed: int, batch_size: int,
           images: Tensor) -> tuple[History, int]:  # fmt: skip
    """Return (history, steps done) of a checkpoint, or of a training from the beginning, of
    num_steps in all; seed, batch_size and images must be those of the stored training.
    """
    if not checkpoint:
        return {}, 0
    settings: dict = {"seed": operator.index(seed), "batch_size": operator.index(batch_size)}
    settings |= {"number of images": len(images), CHECKSUM: checksum(images)}
    return checkpoint.resume(num_steps, settings)


def checksum(images: Tensor) -> str:
    """Return 8 hexadecimal digits that depend on every byte; a fraction of a second for MNIST.

    Args:
        images: A tensor of any shape, type and device.
    """
    whole = images.detach().cpu().contiguous().view(torch.uint8)
    return f"{zlib.crc32(whole.numpy()):08x}"  # type: ignore[arg-type]


def stacked(values: Sequence[Tensor]) -> Tensor:
    """Join values, 0-d tensors from a file and from a GPU, to one tensor on the CPU."""
    groups = itertools.groupby(values, key=lambda value: value.device)
    return torch.cat([torch.stack(list(group)).cpu() for _, group in groups])
