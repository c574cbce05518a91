"""Apply a judge to images: checked first, batch by batch, in evaluation mode, no gradient.

Plumbing: checks and batches around the judge; no idea of its own.
"""

from collections.abc import Callable

import torch

from genai_course.ranges import check_images


def in_batches(
    judge: torch.nn.Module,
    function: Callable[[torch.Tensor], torch.Tensor],
    images: torch.Tensor,
    batch_size: int = 1000,
) -> torch.Tensor:
    """Apply a method of the judge to checked images, batch by batch, in evaluation mode.

    Args:
        judge: A `Judge`, on any device; left in the mode in which it was.
        function: `judge.forward` or `judge.features`.
        images: Shape (N, 1, 28, 28), values in [0, 1].
        batch_size: Images in a batch.

    Returns:
        What the function gives, one row an image, on the device of the images, no gradient.

    Raises:
        ValueError: If the images have another shape or another range, or there is none.
    """
    check_images(images, wanted="(N, 1, 28, 28)")
    device, was_training = next(judge.parameters()).device, judge.training
    judge.eval()
    with torch.no_grad():
        parts = [function(part.to(device).float()) for part in images.split(batch_size)]
    judge.train(was_training)
    return torch.cat(parts).to(images.device)
