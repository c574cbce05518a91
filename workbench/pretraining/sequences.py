"""How the shipped models of notebook 16 are trained: text, digits as words, plucked strings."""

import torch

from genai_course.models.pretrained import load_pretrained
from genai_course.sequences.steps import sequence_step
from genai_course.sequences.transformer import GPT
from genai_course.sequences.wavenet import WaveNet
from genai_course.vae.binarise import binarise
from workbench.pretraining.training import Training
from workbench.pretraining.words import words


def letters(device, **arguments):
    """The GPT of notebook 16 on pieces of Python's help, of one byte a letter."""
    gpt = GPT(**arguments).to(device)
    return _guess(gpt, lambda pieces, starts: (pieces.long(),), rate=6e-3, decay=0.1)


def codes(device, **arguments):
    """The same network on digits as words: a label, then the 49 codes of the shipped VQ-VAE.

    The codes are those of an image that is binarised anew for each batch, so no word comes twice.
    """
    gpt, vqvae = GPT(**arguments).to(device), load_pretrained("vqvae", device)
    return _guess(gpt, lambda images, labels: (words(vqvae, binarise(images), labels),), rate=6e-3)


def sounds(device, **arguments):
    """Notebook 16's WaveNet, told the string, on levels of plucked strings, one byte each."""
    wavenet = WaveNet(**arguments).to(device)
    return _guess(wavenet, lambda levels, strings: (levels.long(), strings), rate=6e-3)


def _guess(network, sequences_of, rate, decay=0.01):
    adam = torch.optim.AdamW(
        network.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=decay, fused=True
    )

    def step(rows, told, progress):
        return {"nats": sequence_step(network, adam, *sequences_of(rows, told))}

    return Training({"network": network}, {"network": adam}, step, lambda: network)
