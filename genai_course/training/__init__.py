"""The one training loop of the course. What differs between models is the step, not the loop.

Plumbing: all but the loop: how it stops, goes on and is stored is read in the package.
"""

from collections.abc import Callable, Mapping
from itertools import islice

import torch

from genai_course.data import batches
from genai_course.progress import track
from genai_course.training.inputs import check_inputs, check_losses
from genai_course.training.messages import advise_on_memory, how_to_go_on, not_finite
from genai_course.training.resuming import Checkpoint, resume, stacked
from genai_course.training.stopping import finish_before_stopping


def fit(
    step: Callable[[torch.Tensor], Mapping[str, torch.Tensor | float]],
    images: torch.Tensor,
    *,
    num_epochs: int,
    batch_size: int = 128,
    seed: int = 0,
    label: str = "training",
    checkpoint: Checkpoint | None = None,
) -> dict[str, torch.Tensor]:
    """Call `step` on shuffled batches of `images` and collect what it returns.

    An interrupt (the stop button, Ctrl-C) ends the loop after the step that is running, and then
    the cell, by `Stopped`, which keeps the history so far. The networks keep their steps, so the
    same call trains them on; with a checkpoint it goes on where an earlier one was stopped,
    whatever stopped it.

    Args:
        step: Function of one batch, shape (batch_size, ...), that does one update and returns a
            dict of 0-d tensors or numbers (losses, rates), one value each.
        images: The training set, a tensor of shape (N, ...), on the device that the step expects.
        num_epochs: Passes over the training set, a positive integer.
        batch_size: Images in a batch; an incomplete last batch is left out.
        seed: Seed of the shuffling.
        label: Text of the progress bar.
        checkpoint: A `resuming.Checkpoint` of all that the step changes, or None.

    Returns:
        History: a dict from name to a float tensor of shape (number of steps,), on the CPU.

    Raises:
        TypeError, ValueError: If an argument is not what is wanted, before anything is trained or
            written; or if the first step returns anything else.
        FloatingPointError: If a value is not finite, within 100 steps of the first such value.
        MemoryError: If a batch does not fit into memory; says which batch size to try.
        CheckpointError: If the checkpoint belongs to another training, or cannot be had.
        Stopped: After an interrupt; a second one raises KeyboardInterrupt at once.

    Shown in: notebooks/04_gan.ipynb.
    """
    check_inputs(step, images, num_epochs, batch_size, seed, checkpoint)
    shuffle = torch.Generator().manual_seed(int(seed))
    num_steps = num_epochs * (len(images) // batch_size)
    stream = (x for _ in range(num_epochs) for x in batches(images, batch_size, shuffle))
    with finish_before_stopping(how_to_go_on(checkpoint)) as stop, advise_on_memory(batch_size):
        history, before = resume(checkpoint, num_steps, seed, batch_size, images)
        rest = track(islice(stream, before, None), total=num_steps - before, label=label)
        for done, x in enumerate(rest, start=before + 1):
            for name, value in check_losses(step(x)).items():
                history.setdefault(name, []).append(value.detach())
            last = done == num_steps or stop.is_set()
            due = checkpoint and (last or done % checkpoint.every == 0)
            if due or last or done % 100 == 0:
                check_finite(history, checkpoint)
            if due:
                checkpoint.save(done, history)  # type: ignore[union-attr]
            if last:
                break
        return stop.keep({name: stacked(v).float() for name, v in history.items()})


def check_finite(
    history: Mapping[str, list[torch.Tensor]], checkpoint: Checkpoint | None = None
) -> None:
    """Stop with one message where a value of the history is infinite or not a number.

    Args:
        history: Dict from name to a list of 0-d tensors, one a step.
        checkpoint: Where the last good weights are; they are put back before the stop.

    Raises:
        FloatingPointError: Names the first such step, counted from 1, all values of that step,
            and likely causes.

    Shown in: notebooks/04_gan.ipynb.
    """
    broken = []
    for values in history.values():
        finite = stacked(values).isfinite()
        if not finite.all():
            broken.append(finite.long().argmin().item() + 1)
    if broken:
        raise not_finite(min(broken), history, checkpoint)  # type: ignore[arg-type]
