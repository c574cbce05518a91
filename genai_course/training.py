"""The one training loop of the course. What differs between models is the step, not the loop."""

import torch

from genai_course.data import batches
from genai_course.progress import track


def fit(step, images, *, num_epochs, batch_size=128, seed=0, label="training"):
    """Call `step` on shuffled batches of `images` and collect what it returns.

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

    Shown in: notebooks/04_gan.ipynb.
    """
    shuffle = torch.Generator().manual_seed(seed)
    history = {}
    num_steps = num_epochs * (len(images) // batch_size)
    stream = (x for _ in range(num_epochs) for x in batches(images, batch_size, shuffle))
    for x in track(stream, total=num_steps, label=label):
        for name, value in step(x).items():
            history.setdefault(name, []).append(value.detach())
    return {name: torch.stack(values).float().cpu() for name, values in history.items()}
