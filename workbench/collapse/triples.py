"""Pictures of three digits, one a channel: drawn, and read by the judge as numbers up to 999."""

import torch

from genai_course.data import load_images
from genai_course.evaluation.histogram import kl_to_uniform
from genai_course.evaluation.judge import READABLE_ABOVE, class_probabilities

MODES = 1000


def all_digits():
    """Return the 70,000 images of MNIST, training and test, in [0, 1]."""
    return torch.cat([load_images("mnist", split)[0] for split in ("train", "test")])


def draw_triples(digits, count, generator):
    """Draw pictures of three digits, shape (count, 3, 28, 28), each chosen independently."""
    chosen = torch.randint(len(digits), (count * 3,), generator=generator)
    return digits[chosen.to(digits.device)].reshape(count, 3, 28, 28)


def modes_of(judge, pictures):
    """Read pictures (N, 3, 28, 28) in [0, 1]: mode of each, and which digits are readable (N, 3).

    A channel counts as the most probable of the ten digits, as in the published protocol, even
    where the judge would rather say that it is none.
    """
    probability = class_probabilities(judge, pictures.reshape(-1, 1, 28, 28))
    digit = probability[:, :10].argmax(dim=1).reshape(-1, 3)
    clear = (probability[:, :10].max(dim=1).values > READABLE_ABOVE).reshape(-1, 3)
    return digit @ torch.tensor([100, 10, 1], device=digit.device), clear


def measure(judge, pictures):
    """Count modes as the protocol does, and once more among the pictures that can be read.

    Returns:
        Dict: `modes` reached and `kl` to uniform in nats, of all pictures; `readable_digits`, the
        share of channels that can be read; `readable`, the share of pictures with three such;
        `readable_modes`, reached by those. A picture that shows no digits still gets a mode.
    """
    mode, clear = modes_of(judge, pictures)
    counts = torch.bincount(mode, minlength=MODES)
    three = clear.all(dim=1)
    return {
        "modes": int((counts > 0).sum()),
        "kl": round(kl_to_uniform(counts), 4),
        "readable_digits": round(clear.float().mean().item(), 4),
        "readable": round(three.float().mean().item(), 4),
        "readable_modes": len(mode[three].unique()),
    }
