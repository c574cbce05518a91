"""What the cards of VQ-VAE, GPTs and WaveNet report, and how each number is computed."""

import math

import torch

from genai_course.evaluation.classwise import label_accuracy
from genai_course.evaluation.judge import readable_share
from genai_course.sequences.counting import bits_per_letter
from genai_course.sequences.pitch import pitch, semitones
from genai_course.sequences.steps import sequence_nats
from genai_course.sequences.text import LETTERS, clean_topics, encode, split_topics
from genai_course.sequences.training import held_out_nats
from genai_course.sequences.wavenet import play_notes
from genai_course.sequences.waves import RATE, STRINGS, from_levels
from genai_course.vae.codebook import perplexity
from genai_course.vae.losses import reconstruction_loss
from genai_course.vae.vqvae import images_to_indices, indices_to_logits
from workbench.pretraining.bench import NUM_BINARY, NUM_REAL, Metric
from workbench.pretraining.sources import sounds
from workbench.pretraining.words import NUM_CODES, nats_of_codes, words

NUM_SEEDS, NUM_PLAYED, BEGUN = 5, 1000, 200  # sounds of a string, samples, and those left out
LOWEST, HIGHEST = 100, 280  # hertz, between which a pitch is looked for


def _copies_readable(bench):
    return readable_share(bench.judge, bench.copies)


def _copies_right(bench):
    return label_accuracy(bench.judge, bench.copies, bench.real_labels)


def _copies_frechet(bench):
    return bench.distance_of(bench.copies)


def _distortion(bench):
    logits = indices_to_logits(bench.model, images_to_indices(bench.model, bench.binary))
    return reconstruction_loss(logits, bench.binary).mean().item()


def _codes_in_use(bench):
    return perplexity(images_to_indices(bench.model, bench.binary), NUM_CODES).item()


def _nats_of_codes(bench):
    word = words(bench.vqvae, bench.binary, bench.real_labels[:NUM_BINARY])
    return nats_of_codes(bench.model, word).mean().item()


def _bits_per_letter(bench):
    index = encode(split_topics(clean_topics())[1], LETTERS).to(bench.device)
    length = bench.model.place.num_embeddings
    return bits_per_letter(-held_out_nats(bench.model, index, length, length // 2))


def in_tune(wavenet, device="cpu", seed=0):
    """Return whether each string that a WaveNet plays has its pitch, to half a semitone.

    Args:
        wavenet: Told the strings.
        device: Where it is.
        seed: Of the samples that it draws.

    Returns:
        Booleans (NUM_SEEDS, 8).
    """
    strings = torch.arange(len(STRINGS)).repeat(NUM_SEEDS)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        start = torch.randint(64, strings.shape)
        levels = play_notes(wavenet, start.to(device), strings.to(device), NUM_PLAYED).cpu()
    waves = from_levels(levels)[:, BEGUN:]
    off = [
        semitones(pitch(wave, RATE, LOWEST, HIGHEST), RATE / (STRINGS[string] + 0.5))
        for wave, string in zip(waves, strings.tolist(), strict=True)
    ]
    return (torch.tensor(off).abs() < 0.5).view(NUM_SEEDS, -1)


def _strings_in_tune(bench):
    return in_tune(bench.model, bench.device).sum(dim=1).min().item()


def _bits_per_sample(bench):
    levels, strings = (part.to(bench.device) for part in sounds({}, seed=1, count=4))
    with torch.no_grad():
        logits = bench.model(levels[:, :-1].long(), strings)
    return sequence_nats(logits, levels[:, 1:].long()).mean().item() / math.log(2)


COPIES = f"copies of the first {NUM_REAL} test images, binarised once (seed 0)"
SEQUENCE_METRICS = {
    "copies_readable": Metric(
        f"share that the MNIST judge can read of {COPIES}",
        _copies_readable,
        tolerance=0.01,
        needs_mnist=True,
    ),
    "copies_right": Metric(
        f"share in which the MNIST judge sees the digit that it is, of {COPIES}",
        _copies_right,
        tolerance=0.01,
        needs_mnist=True,
    ),
    "copies_frechet": Metric(
        f"squared Frechet distance of the judge's features, {COPIES}, against these test images",
        _copies_frechet,
        tolerance=1.0,
        needs_mnist=True,
    ),
    "distortion": Metric(
        f"cross-entropy in nats per image of copies of the first {NUM_BINARY} test images, "
        "binarised once (seed 0)",
        _distortion,
        tolerance=0.3,
        needs_mnist=True,
    ),
    "codes_in_use": Metric(
        f"perplexity of the codes of the same {NUM_BINARY} images, of {NUM_CODES} at most",
        _codes_in_use,
        tolerance=0.3,
        needs_mnist=True,
    ),
    "nats_of_codes": Metric(
        f"-log p of the 49 codes given the label, exact, in nats per image, mean over the first "
        f"{NUM_BINARY} test images, binarised once (seed 0)",
        _nats_of_codes,
        tolerance=0.5,
        needs_mnist=True,
    ),
    "bits_per_letter": Metric(
        "-log2 p of a letter, mean over the held-out topics of Python's help, each guessed from 32 "
        "letters or more; other Pythons than that of the card have slightly other topics",
        _bits_per_letter,
        tolerance=0.1,
    ),
    "strings_in_tune": Metric(
        f"of 8 strings, those whose pitch is right to half a semitone, least of {NUM_SEEDS} tries",
        _strings_in_tune,
        tolerance=1,
    ),
    "bits_per_sample": Metric(
        "-log2 p of a sample, mean over 32 plucked strings (seed 1) of 800 samples",
        _bits_per_sample,
        tolerance=0.01,
    ),
}
