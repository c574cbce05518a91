"""Digits as words: a label, then the 49 codes of the shipped VQ-VAE; written by a GPT, and read."""

import torch

from genai_course.sequences.sampling import continue_fast, pick
from genai_course.sequences.steps import sequence_nats
from genai_course.vae.vqvae import images_to_indices, indices_to_logits

NUM_CODES, GRID = 32, 7  # letters of the shipped VQ-VAE; ten more are the labels


def words(vqvae, images, labels):
    """Return digits as words of 50 letters: NUM_CODES + label, then the codes of the image.

    Args:
        vqvae: The shipped VQ-VAE.
        images: Of 0 and 1, shape (N, 1, 28, 28).
        labels: Integers 0 to 9, shape (N,).
    """
    codes = images_to_indices(vqvae, images).flatten(1)
    return torch.cat([NUM_CODES + labels[:, None], codes], dim=1)


def pick_code(p):
    """Draw one code of each distribution over letters p (N, 42), never a label: integers (N,)."""
    codes = p[:, :NUM_CODES]
    return pick(codes / codes.sum(dim=1, keepdim=True))


@torch.no_grad()
def written(gpt, vqvae, labels, seed=0):
    """Return images in [0, 1] (N, 1, 28, 28) that a GPT writes, of the digits labels (N,).

    A label is no code, so only codes are picked. The session's random numbers stay as they are.
    """
    images = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for part in labels.split(500):
            begin = NUM_CODES + part[:, None]
            word = continue_fast(gpt, begin, GRID**2, pick_code)
            codes = word[:, 1:].reshape(-1, GRID, GRID)
            images.append(indices_to_logits(vqvae, codes).sigmoid())
    return torch.cat(images)


@torch.no_grad()
def nats_of_codes(gpt, word):
    """Return what the 49 codes of each word (N, 50) cost, given its label: nats, shape (N,)."""
    costs = []
    for part in word.split(250):
        costs.append(sequence_nats(gpt(part[:, :-1]), part[:, 1:]).sum(dim=1))
    return torch.cat(costs)
