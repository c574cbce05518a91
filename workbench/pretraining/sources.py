"""What the shipped models are trained on, and what their cards say of it."""

import platform
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import torch

from genai_course.data import load_images
from genai_course.sequences.text import LETTERS, clean_topics, encode, split_topics
from genai_course.sequences.waves import RATE, STRINGS, pluck, to_levels

NUM_PLUCKED, LONGEST = 512, 800  # sounds of each string, and samples of each

IMAGES = {
    "name": "MNIST",
    "split": "train",
    "authors": "Yann LeCun, Corinna Cortes, Christopher J. C. Burges",
    "licence": "CC BY-SA 3.0",
}


@dataclass(frozen=True)
class Source:
    """Data of a training: rows, and what is told of each.

    Args:
        load: Function of the arguments of the model that gives two tensors: what a step gets, such
            as images (N, 1, 28, 28), and labels (N,) or the like.
        about: Function without arguments that gives what the card says of them, a dict.
        rows: What the card calls the number of rows.
        licence, limits: Of the model.
    """

    load: Callable
    about: Callable
    rows: str
    licence: str
    limits: str


def images(arguments):
    """Return the training images of MNIST in [0, 1] and their labels."""
    return load_images("mnist", "train")


def letters(arguments):
    """Return all pieces of the training text that fit the model, (N, length + 1), and their starts.

    A letter is one byte: pieces overlap, but share their memory.
    """
    index = encode(split_topics(clean_topics())[0], LETTERS).to(torch.uint8)
    pieces = index.unfold(0, arguments["length"] + 1, 1)
    return pieces, torch.arange(len(pieces))


def about_letters():
    """Return what the card says of the text: which Python's, how much of it, and a checksum."""
    train, test = split_topics(clean_topics())
    return {
        "name": "the topics of Python's help, pydoc_data.topics",
        "python": platform.python_version(),
        "letters": len(train),
        "held_out_letters": len(test),
        "held_out_crc32": f"{zlib.crc32(test.encode()):08x}",
        "authors": "Python Software Foundation",
        "licence": "PSF-2.0",
    }


def sounds(arguments, seed=0, count=NUM_PLUCKED):
    """Return levels of plucked strings (8 count, LONGEST + 1), and which string each is."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        strings = list(range(len(STRINGS))) * count
        waves = torch.stack([pluck(STRINGS[note], LONGEST + 1) for note in strings])
    return to_levels(waves).to(torch.uint8), torch.tensor(strings)


def about_sounds():
    """Return what the card says of the strings."""
    about = (
        f"{len(STRINGS)} plucked strings, made by sequences.waves.pluck, {RATE} samples a second"
    )
    return {"name": about, "authors": "this course", "licence": "MIT"}


OF_DIGITS = "weights: MIT; trained on MNIST (LeCun, Cortes, Burges), which is CC BY-SA 3.0"
MADE = "made for teaching, in minutes on a CPU; "
MNIST = Source(
    load=images,
    about=lambda: IMAGES,
    rows="images",
    licence=OF_DIGITS,
    limits=MADE
    + "draws digits in the style of MNIST and nothing else; the metrics are those of the course's "
    "own judge and compare models of this course only",
)
TOPICS = Source(
    load=letters,
    about=about_letters,
    rows="pieces",
    licence="weights: MIT; trained on the Python documentation (Python Software Foundation), which "
    "is under the PSF licence, version 2",
    limits=MADE
    + "writes what looks like Python's help and is often false; knows the 96 letters of "
    "sequences.text.LETTERS: what others a text has, sequences.text.plain replaces or leaves out",
)
PLUCKED = Source(
    load=sounds,
    about=about_sounds,
    rows="sounds",
    licence="weights: MIT; trained on sounds that the course makes",
    limits=MADE + "plays the eight strings of sequences.waves.STRINGS and nothing else",
)
