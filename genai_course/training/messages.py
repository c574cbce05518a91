"""What goes wrong while a model trains, in words that say what to do about it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from torch import Tensor

if TYPE_CHECKING:
    from genai_course.training.resuming import Checkpoint

NO_MEMORY = re.compile(
    r"out of memory|can't allocate memory|not enough memory|ALLOC_FAILED", re.IGNORECASE
)
CAUSES = (
    "Three likely causes: the learning rate is too high; a logarithm, a root or a division meets "
    "0, or an exponential a large number; the images hold values that are not finite, or lie "
    "outside the range that the networks expect."
)
UNKEPT = (
    "The weights of these networks are spoilt, so build them anew; with "
    "fit(..., checkpoint=Checkpoint('run.pt', network=..., optimizer=...)) the last good ones "
    "are kept."
)


def not_finite(
    step: int, history: Mapping[str, Sequence[Tensor]], checkpoint: Checkpoint | None = None
) -> FloatingPointError:
    """Put the last good weights back and return the error that says what happened.

    Args:
        step: The first step with such a value, counted from 1.
        history: Dict from name to the values so far, one 0-d tensor a step.
        checkpoint: The `resuming.Checkpoint` of the training, or None.

    Returns:
        FloatingPointError with the terms of that step, three likely causes, and what is kept.
    """
    terms = {name: values[step - 1] for name, values in history.items() if len(values) >= step}
    told = {name: f"{value.item():.4g}" for name, value in terms.items()}
    broken = [f"{name} is {told[name]}" for name, value in terms.items() if not value.isfinite()]
    listed = ", ".join(f"{name} = {value}" for name, value in told.items())
    kept = checkpoint.put_back() if checkpoint else UNKEPT
    what = " and ".join(broken) or "the losses are finite, but the weights are not"
    return FloatingPointError(f"{what} at step {step} ({listed}). {CAUSES} {kept}")


def how_to_go_on(checkpoint: Checkpoint | None = None) -> str:
    """Return what a stopped cell with that checkpoint does when it is run again, as the end of a
    sentence.
    """
    if checkpoint:
        return f"it goes on from {checkpoint.path.name}"
    return (
        "it trains the same networks on, or new ones where it builds them (given a "
        "checkpoint=Checkpoint(...), it would go on with the very next step)"
    )


@contextmanager
def advise_on_memory(batch_size: int) -> Iterator[None]:
    """Within this block, running out of memory becomes one sentence that says what to try.

    Args:
        batch_size: Images in a batch, as the user gave it.

    Raises:
        MemoryError: Where Python or PyTorch, on a CPU or a GPU, found no memory; that error is
            its cause. All other errors pass.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and not NO_MEMORY.search(str(error)):
            raise
        traceback.clear_frames(error.__traceback__)  # or the failed step would hold its tensors
        advice = (
            f"try batch_size={batch_size // 2}"
            if batch_size > 1
            else "close other notebooks, or build smaller networks"
        )
        raise MemoryError(f"there is not enough memory for {batch_size=}: {advice}") from error
