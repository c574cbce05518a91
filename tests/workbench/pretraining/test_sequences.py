"""Training of text, codes and sounds: the data, digits as words, and the rulers on the cards."""

import math
import zlib

import pytest
import torch
from torch import nn

from genai_course.models.pretrained import CLASSES
from genai_course.sequences.text import LETTERS, clean_topics, encode, split_topics
from genai_course.sequences.transformer import GPT
from genai_course.sequences.wavenet import WaveNet
from genai_course.sequences.waves import RATE, STRINGS, from_levels, to_levels
from genai_course.vae.vqvae import images_to_indices, indices_to_logits
from workbench.pretraining import sequence_metrics, sequences, sources
from workbench.pretraining.autoencoders import codebook
from workbench.pretraining.bench import Bench
from workbench.pretraining.words import nats_of_codes, words, written

CPU = torch.device("cpu")


def small_gpt():
    torch.manual_seed(1)
    return GPT(42, 49, width=8, depth=1, heads=2).eval()


def small_vqvae():
    torch.manual_seed(2)
    return CLASSES["VQVAE"](num_codes=32, code_dim=2, width=2).eval()


# ---- the data ----


def test_pieces_of_the_text_are_all_those_of_the_training_topics_and_no_others():
    pieces, starts = sources.letters({"length": 9})
    train, test = split_topics(clean_topics())
    assert pieces.shape == (len(train) - 9, 10) and torch.equal(starts, torch.arange(len(pieces)))
    assert pieces.dtype == torch.uint8
    for start in (0, 77, len(pieces) - 1):
        assert torch.equal(pieces[start].long(), encode(train[start : start + 10], LETTERS))
    about = sources.about_letters()
    assert about["letters"] == len(train) and about["held_out_letters"] == len(test)
    assert about["held_out_crc32"] == f"{zlib.crc32(test.encode()):08x}"


def test_sounds_are_of_the_strings_that_they_are_called_and_the_same_each_time():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    levels, strings = sources.sounds({}, seed=3, count=2)
    assert torch.equal(torch.rand(3), expected)
    assert strings.tolist() == [*range(8)] * 2
    assert levels.shape == (16, sources.LONGEST + 1) and levels.dtype == torch.uint8
    again, others = sources.sounds({}, seed=3, count=2)[0], sources.sounds({}, seed=4, count=2)[0]
    assert torch.equal(levels, again) and not torch.equal(levels, others)
    assert heard(from_levels(levels.long())) == [True] * 16


def heard(waves):
    """Whether each of some sounds, of strings 0 to 7 in turn, has the pitch of its string."""
    off = [
        sequence_metrics.semitones(
            sequence_metrics.pitch(wave[200:], RATE, 100, 280), RATE / (STRINGS[k % 8] + 0.5)
        )
        for k, wave in enumerate(waves)
    ]
    return [abs(o) < 0.5 for o in off]


# ---- digits as words ----


def test_a_digit_is_its_label_and_then_its_codes_row_by_row():
    images = (torch.rand(5, 1, 28, 28) < 0.3).float()
    labels = torch.tensor([0, 9, 3, 3, 1])
    word = words(small_vqvae(), images, labels)
    assert word.shape == (5, 50) and word[:, 0].tolist() == [32, 41, 35, 35, 33]
    assert torch.equal(word[:, 1:].view(5, 7, 7), images_to_indices(small_vqvae(), images))


class Told(nn.Module):
    """A GPT in form, sure of one code that depends on the label alone, half as sure of a label."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList()

    def forward(self, index, memory=None):
        logits = torch.full((*index.shape, 42), -20.0)
        first = index[:, :1].clone()
        self.label = torch.where(first >= 32, first - 32, getattr(self, "label", first))
        return logits.scatter(
            2, self.label[:, :, None].expand(-1, index.shape[1], 1), 20.0
        ).index_fill(2, torch.tensor([41]), 25.0)


def test_written_digits_are_those_asked_for_and_a_label_is_never_taken_for_a_code():
    labels = torch.tensor([4, 0, 7])
    expected = indices_to_logits(small_vqvae(), labels[:, None, None].expand(-1, 7, 7)).sigmoid()
    assert torch.equal(written(Told(), small_vqvae(), labels), expected)


def test_what_is_written_hangs_on_its_seed_and_leaves_the_session_alone():
    labels, both = torch.arange(6), (small_gpt(), small_vqvae())
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    images = written(*both, labels)
    assert torch.equal(torch.rand(3), expected)
    assert images.shape == (6, 1, 28, 28) and images.min() >= 0 and images.max() <= 1
    assert torch.equal(written(*both, labels), images)
    assert not torch.equal(written(*both, labels, seed=1), images)


def test_the_cost_of_a_word_is_that_of_its_codes_one_after_another():
    gpt, word = small_gpt(), torch.randint(32, (260, 50))
    costs = nats_of_codes(gpt, word)
    assert costs.shape == (260,)
    for row in (0, 259):
        by_hand = 0.0
        for place in range(1, 50):
            with torch.no_grad():
                p = gpt(word[row : row + 1, :place])[0, -1].softmax(dim=0)
            by_hand -= math.log(p[word[row, place]])
        assert costs[row].item() == pytest.approx(by_hand, rel=1e-4)


# ---- the trainings ----


def test_the_codebook_begins_on_what_the_encoder_returns_once():
    torch.manual_seed(0)
    training = codebook(CPU, num_codes=4, code_dim=2, width=2)
    moved = []
    vqvae = training.result()
    start = vqvae.codebook.start_from
    vqvae.codebook.start_from = lambda z_e: moved.append(z_e.shape) or start(z_e)
    images, labels = torch.rand(6, 1, 28, 28), torch.arange(6)
    for progress in (0.0, 0.25, 0.5):
        training.step(images, labels, progress)
    assert moved == [(6 * 49, 2)]


@pytest.mark.parametrize("kind", ["letters", "sounds"])
def test_a_training_learns_what_comes_next_and_the_sounds_what_they_are_told(kind):
    torch.manual_seed(0)
    if kind == "letters":
        arguments = {"num_letters": 96, "length": 9, "width": 8, "depth": 1, "heads": 2}
    else:
        arguments = {"width": 8, "dilations": [1, 2]}
    training = getattr(sequences, kind)(CPU, **arguments)
    told = torch.arange(32) % 8
    rows = (torch.arange(10) % 2 * 5).expand(32, 10)
    if kind == "sounds":  # one that is not told has no way to guess: ln 8 / 2
        rows = torch.stack([torch.zeros_like(told), told, told], dim=1)
    for _ in range(60 if kind == "letters" else 200):
        loss = training.step(rows.to(torch.uint8), told, 0.0)["nats"]
    assert loss < 0.3


# ---- the rulers ----


def test_strings_out_of_tune_are_counted(monkeypatch):
    levels, strings = sources.sounds({}, seed=5, count=sequence_metrics.NUM_SEEDS)
    long = torch.cat([levels, levels[:, -1:].expand(-1, 200)], dim=1).long()
    played = long.clone()
    played[8 * 3 + 1], played[8 * 3 + 2] = long[8 * 3 + 2], long[8 * 3 + 1]  # in the fourth try
    played[5] = to_levels(torch.zeros(long.shape[1]) + torch.randn(long.shape[1]) * 0.1)

    def fake(wavenet, start, notes, num_samples):
        assert notes.tolist() == strings.tolist() and num_samples == sequence_metrics.NUM_PLAYED
        return played[:, : sources.LONGEST]

    monkeypatch.setattr(sequence_metrics, "play_notes", fake)
    tuned = sequence_metrics.in_tune(None)
    assert tuned.shape == (5, 8)
    assert (~tuned).nonzero().tolist() == [[0, 5], [3, 1], [3, 2]]
    assert sequence_metrics.SEQUENCE_METRICS["strings_in_tune"].compute(Bench(None)) == 6


def test_bits_of_a_model_that_knows_nothing_are_those_of_equal_chances():
    gpt, wavenet = GPT(96, 64, width=4, depth=1, heads=1), WaveNet(width=4, dilations=(1,))
    for network, last in ((gpt, gpt.leave[-1]), (wavenet, wavenet.leave[-1])):
        nn.init.zeros_(last.weight), nn.init.zeros_(last.bias)
        network.eval()
    compute = {name: metric.compute for name, metric in sequence_metrics.SEQUENCE_METRICS.items()}
    assert compute["bits_per_letter"](Bench(gpt)) == pytest.approx(math.log2(96), abs=1e-4)
    assert compute["bits_per_sample"](Bench(wavenet)) == pytest.approx(6, abs=1e-4)
