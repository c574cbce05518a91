"""Training on sequences with a rule, and the cost of a text that is cut into pieces."""

import pytest
import torch
from torch import nn

from genai_course.sequences.training import held_out_nats, train_sequences
from genai_course.sequences.transformer import GPT
from genai_course.sequences.wavenet import WaveNet


def test_a_gpt_learns_to_look_two_letters_back():
    """Each letter is the sum of the two before it, modulo 5: nothing is left to guess."""
    torch.manual_seed(0)
    rows = torch.randint(5, (640, 2))
    for _ in range(6):
        rows = torch.cat([rows, rows[:, -2:].sum(dim=1, keepdim=True) % 5], dim=1)
    network = GPT(5, 7, width=32, depth=2, heads=2)
    history = train_sequences(network, rows, 15, 64, 1e-2)
    assert history["loss"].shape == (150,)
    assert history["loss"][0] > 1.5 and history["loss"][-1] < 0.5  # log 5 for one of seven


def test_what_a_row_is_told_stays_with_it():
    torch.manual_seed(0)
    notes = torch.arange(4).repeat(40)
    rows = notes[:, None].expand(-1, 5)  # a note's only level is its number
    network = WaveNet(4, 4, width=8, dilations=(1, 2))
    rows = torch.cat([torch.zeros_like(rows[:, :1]), rows], dim=1)  # the first says nothing
    history = train_sequences(network, rows, 20, 16, 2e-2, notes)
    assert history["loss"][-1] < 0.1


class Counting(nn.Module):
    """Logits that tell how many letters the network saw: place p gives letter 0 the weight p."""

    def forward(self, index):
        self.lengths = [*getattr(self, "lengths", []), index.shape[1]]
        logits = torch.zeros(*index.shape, 2)
        logits[..., 0] = torch.arange(index.shape[1])
        return logits


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_each_letter_is_counted_once_with_the_context_that_is_promised(stride):
    network = Counting()
    got = held_out_nats(network, torch.zeros(11).long(), 4, stride)
    assert max(network.lengths) == 4 and len(got) == 10
    place = torch.expm1(got).log().neg().round()  # the cost is log(1 + exp(-place))
    assert place[:4].tolist() == [0, 1, 2, 3] and place[4:].min() == 4 - stride
    assert len(network.lengths) == 1 + -(-6 // stride)


def test_a_text_that_fits_costs_what_the_network_says():
    torch.manual_seed(0)
    network, index = GPT(5, 12), torch.randint(5, (13,))
    with torch.no_grad():
        log_p = network(index[None, :-1]).log_softmax(dim=2)[0]
    wanted = -log_p.gather(1, index[1:, None])[:, 0]
    torch.testing.assert_close(held_out_nats(network, index, 12, 6), wanted)
    assert not held_out_nats(network, index, 12, 6).requires_grad


def test_rows_that_are_too_short_or_too_few_are_refused():
    network = GPT(5, 7, width=8, depth=1, heads=2)
    with pytest.raises(ValueError, match=r"rows has shape \(20, 1\), wanted 2 or more letters"):
        train_sequences(network, torch.zeros(20, 1).long(), 1, 4, 1e-3)
    for batch_size in (0, 21):
        with pytest.raises(ValueError, match=f"batch_size is {batch_size}, wanted 1 to 20"):
            train_sequences(network, torch.zeros(20, 3).long(), 1, batch_size, 1e-3)


def test_a_stride_that_leaves_letters_out_is_refused():
    with pytest.raises(ValueError, match="stride is 5, wanted 1 to 4$"):
        held_out_nats(Counting(), torch.zeros(9).long(), 4, 5)
