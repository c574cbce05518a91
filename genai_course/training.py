"""The one training loop of the course. What differs between models is the step, not the loop."""

import torch

from genai_course.data import batches
from genai_course.progress import finish_before_stopping, track


def fit(step, images, *, num_epochs, batch_size=128, seed=0, label="training"):
    """Call `step` on shuffled batches of `images` and collect what it returns.

    An interrupt (the stop button, Ctrl-C) ends the loop after the step that is running; the
    history so far is returned, and the networks stay as they are.

    Args:
        step: Function of one batch, shape (batch_size, ...), that does one update and returns a
            dict of 0-d tensors (losses, rates), one value each.
        images: The training set, shape (N, ...), on the device that the step expects.
        num_epochs: Passes over the training set, a positive integer.
        batch_size: Images in a batch; an incomplete last batch is left out.
        seed: Seed of the shuffling.
        label: Text of the progress bar.

    Returns:
        History: a dict from name to a float tensor of shape (number of steps,), on the CPU.

    Raises:
        ValueError: If num_epochs or batch_size is not positive, or a batch exceeds the data.
        FloatingPointError: If a value is not finite, within 100 steps of the first such value.

    Shown in: notebooks/04_gan.ipynb.
    """
    if num_epochs < 1 or not 1 <= batch_size <= len(images):
        raise ValueError(f"cannot fit: {num_epochs=}, {batch_size=}, {len(images)} images")
    shuffle = torch.Generator().manual_seed(seed)
    num_steps = num_epochs * (len(images) // batch_size)
    stream = (x for _ in range(num_epochs) for x in batches(images, batch_size, shuffle))
    history = {}
    with finish_before_stopping() as interrupted:
        for done, x in enumerate(track(stream, total=num_steps, label=label), start=1):
            for name, value in step(x).items():
                history.setdefault(name, []).append(value.detach())
            if done % 100 == 0 or done == num_steps:
                check_finite(history)
            if interrupted.is_set():
                break
    return {name: torch.stack(values).float().cpu() for name, values in history.items()}


def check_finite(history):
    """Stop with one sentence where a value of the history is infinite or not a number.

    Args:
        history: Dict from name to a list of 0-d tensors, one a step.

    Raises:
        FloatingPointError: Names the first such value and its step, counted from 1.

    Shown in: notebooks/04_gan.ipynb.
    """
    for name, values in history.items():
        finite = torch.stack(values).isfinite()
        if not finite.all():
            step = finite.long().argmin().item() + 1
            raise FloatingPointError(
                f"{name} is {values[step - 1].item()} at step {step}: lower the learning rate, or "
                "look for a logarithm or division of 0"
            )
