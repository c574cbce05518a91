"""Train the judge and write its weights: `make judge`, under a minute a data set on two cores.

Digits keep their labels, the images of `negatives.py` get the label 10, and all are shuffled
together: an ordinary classifier with eleven classes. One thing is particular. In each batch some
images are made softer, fainter or speckled before the judge sees them, because samples of a
generator are, and a stranger can read them all the same.
"""

import time

import torch
from torch.nn import functional as F

from genai_course.claims import claim
from genai_course.data import load_images
from genai_course.evaluation.judge import (
    DATA_NAMES,
    NOT_A_DIGIT,
    NUM_DIGITS,
    READABLE_ABOVE,
    Judge,
    predicted_class,
    readable_share,
)
from genai_course.evaluation.negatives import gaussian_blur, make_negatives
from genai_course.models.weights_file import WEIGHTS
from genai_course.ranges import check_images
from genai_course.reproducibility import seed_everything
from genai_course.training import fit
from workbench.pretraining.store import pack, seal, write

STORED = "float32"
NUM_EPOCHS = {"mnist": 4, "digits": 5}
WANTED_ACCURACY = {"mnist": 0.99, "digits": 0.97}
LICENCE = {
    "mnist": "weights: MIT; trained on MNIST (LeCun, Cortes, Burges), which is CC BY-SA 3.0",
    "digits": "weights: MIT; trained on the digits of scikit-learn (Alpaydin, Kaynak), CC BY 4.0",
}
SOURCES = {  # authors and licence of the data
    "mnist": ("LeCun, Cortes, Burges", "CC BY-SA 3.0"),
    "digits": ("Alpaydin, Kaynak", "CC BY 4.0"),
}
HOW = {
    "accuracy": "share of test images whose most probable of eleven classes is their label",
    "accuracy_among_digits": "share of test images whose most probable digit is their label",
    "readable_share": f"share of test images with a digit above {READABLE_ABOVE} in probability",
}


def train_judge(images, labels, *, num_epochs, batch_size=128, seed=0):
    """Train a judge on digits and on images that are none.

    Args:
        images: Digits in [0, 1], shape (N, 1, 28, 28), on the CPU.
        labels: Their classes 0 to 9, shape (N,).
        num_epochs: Passes over digits and negatives, a positive integer.
        batch_size: Images in a batch.
        seed: Seed of weights, negatives, spoiling and order.

    Returns:
        The judge, in evaluation mode, and the history of its training as `fit` gives it.
    """
    check_images(images)
    seed_everything(seed)
    generator = torch.Generator().manual_seed(seed)
    negatives = make_negatives(images, len(images) // 4, generator)
    x = torch.cat([images, negatives])
    y = torch.cat([labels, torch.full((len(negatives),), NOT_A_DIGIT)])
    judge = Judge().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(judge.parameters(), weight_decay=1e-2, fused=True)
    num_steps = num_epochs * (len(x) // batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, num_steps, pct_start=0.2)

    def step(chosen):
        batch = spoil(x[chosen], generator).contiguous(memory_format=torch.channels_last)
        loss = F.cross_entropy(judge(batch), y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        return {"loss": loss}

    order = torch.arange(len(x))
    history = fit(step, order, num_epochs=num_epochs, batch_size=batch_size, seed=seed)
    return judge.to(memory_format=torch.contiguous_format).eval(), history


def spoil(images, generator):
    """Make a third of the images soft, faint or speckled, as the samples of a generator are.

    Args:
        images: Shape (N, 1, 28, 28), values in [0, 1], in random order.
        generator: A CPU random generator.
    """
    third = len(images) // 3
    rest, soft = images[third:], images[:third]
    soft = gaussian_blur(soft, 0.4 + 0.8 * torch.rand((), generator=generator).item())
    faint = 0.6 + 0.6 * torch.rand(third, 1, 1, 1, generator=generator)
    speckle = 0.15 * torch.rand(third, 1, 1, 1, generator=generator)
    soft = faint * soft + speckle * torch.randn(soft.shape, generator=generator)
    hit = torch.rand(soft.shape, generator=generator) < 0.5 * speckle
    soft = torch.where(hit, torch.rand(soft.shape, generator=generator), soft)
    return torch.cat([soft.clamp(0, 1), rest])


def measure(judge, images, labels):
    """Return accuracy over all eleven classes, over the ten digits, and the readable share."""
    check_images(images)
    with torch.no_grad():
        among_digits = torch.cat([judge(x)[:, :NUM_DIGITS].argmax(1) for x in images.split(1000)])
    return {
        "accuracy": (predicted_class(judge, images) == labels).float().mean().item(),
        "accuracy_among_digits": (among_digits == labels).float().mean().item(),
        "readable_share": readable_share(judge, images),
    }


def make_card(judge, content, data_name, seed, steps, scores):
    """Return the card of a trained judge.

    Args:
        judge: A trained `Judge`.
        content: What `store.pack` made of it.
        data_name: Name of the data set it was trained on.
        seed: Seed of its training.
        steps: Steps of its training.
        scores: What `measure` says of it, by the names of `HOW`.
    """
    authors, licence = SOURCES[data_name]
    return {
        "name": f"judge_{data_name}",
        "about": "classifier of ten digits and of images that are none",
        "notebook": "02_measuring_generators",
        "class": type(judge).__name__,
        "arguments": {},
        "parameters": sum(p.numel() for p in judge.parameters()),
        "input": "images (N, 1, 28, 28) in [0, 1]",
        "output": "logits (N, 11), class 10 for what is no digit",
        "input_range": [0, 1],
        "data": {"name": data_name, "authors": authors, "licence": licence},
        "training": {"steps": steps, "seed": seed},
        **seal(content, STORED),
        "licence": LICENCE[data_name],
        "metrics": {
            name: {"value": round(value, 4), "how": HOW[name]} for name, value in scores.items()
        },
    }


def write_judge(judge, data_name, folder, seed, steps, scores):
    """Write the weights of a judge and their card; each file appears whole or not at all.

    The arguments are those of `make_card`, and the folder where the files go.
    """
    content = pack(judge, STORED)
    card = make_card(judge, content, data_name, seed, steps, scores)
    write(folder, card["name"], content, card)


def main(names=(), seed=0):
    """Train, measure and store the judge of each data set named, or of all; return an exit code.

    The code is 0 when all are good enough.
    """
    faults = 0
    for name in names or DATA_NAMES:
        images, labels = load_images(name, "train")
        start = time.monotonic()
        judge, history = train_judge(images, labels, num_epochs=NUM_EPOCHS[name], seed=seed)
        seconds = time.monotonic() - start
        scores = measure(judge, *load_images(name, "test"))
        good = scores["accuracy"] >= WANTED_ACCURACY[name]
        text = ", ".join(f"{key} {value:.4f}" for key, value in scores.items())
        claim(f"the judge of {name} reads its test set", good, f"{text}, {seconds:.0f} s")
        faults += not good
        if good:
            write_judge(judge, name, WEIGHTS, seed, len(history["loss"]), scores)
    return 1 if faults else 0
