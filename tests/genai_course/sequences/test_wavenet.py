"""What a WaveNet sees, and that its queues draw what the slow way draws."""

import pytest
import torch

from genai_course.sequences.wavenet import (
    GatedLayer,
    WaveNet,
    one_step,
    play_notes,
    silence,
)

DILATIONS = (1, 2, 4)


def small():
    torch.manual_seed(0)
    return WaveNet(6, 3, width=4, dilations=DILATIONS).double()


def test_logits_depend_on_the_receptive_field_and_on_nothing_else():
    network, note = small(), torch.tensor([1])
    x = torch.randn(1, 14, 4, dtype=torch.float64, requires_grad=True)
    network.enter = torch.nn.Identity()
    logits = network(x, note)
    for place in (3, 10, 13):
        slope = torch.autograd.grad(logits[0, place].square().sum(), x, retain_graph=True)[0]
        seen = slope[0].abs().sum(dim=1).nonzero().flatten().tolist()
        assert seen == list(range(max(0, place - 7), place + 1))


def test_a_layer_by_hand():
    torch.manual_seed(0)
    layer, x, told = GatedLayer(3, 2), torch.randn(1, 3, 6), torch.randn(1, 6, 1)
    before = torch.cat([torch.zeros(1, 3, 2), x[:, :, :-2]], dim=2)
    old, new = layer.pair.weight.unbind(dim=2)
    met = old @ before + new @ x + layer.pair.bias[:, None] + told
    out = layer.leave(met[:, :3].tanh() * met[:, 3:].sigmoid())
    stream, skip = layer(x, told)
    torch.testing.assert_close(stream, x + out[:, :3])
    torch.testing.assert_close(skip, out[:, 3:])


def test_queues_give_the_logits_of_the_slow_way():
    network, index, notes = small(), torch.randint(6, (2, 20)), torch.tensor([0, 2])
    wanted, queues = network(index, notes), silence(network, 2)
    got = torch.stack([one_step(network, levels, notes, queues) for levels in index.T], dim=1)
    torch.testing.assert_close(got, wanted)
    assert [len(queue) for queue in queues] == list(DILATIONS)


def test_playing_draws_from_them():
    network, notes = small(), torch.tensor([0, 2, 2])
    start = torch.tensor([3, 1, 1])
    torch.manual_seed(5)
    fast = play_notes(network, start, notes, 15)
    torch.manual_seed(5)
    slow = start[:, None]
    for _ in range(15):
        p = network(slow, notes)[:, -1].softmax(dim=1)
        slow = torch.cat([slow, p.multinomial(1)], dim=1)
    assert torch.equal(fast, slow) and fast.shape == (3, 16)


def test_notes_are_heard():
    network, index = small(), torch.zeros(2, 5).long()
    logits = network(index, torch.tensor([0, 1]))
    assert (logits[0] - logits[1]).abs().max() > 1e-3


def test_unknown_notes_and_levels_and_no_sound_at_all_are_refused():
    network, start = small(), torch.tensor([0, 5])
    with pytest.raises(ValueError, match="notes runs from 0 to 3, wanted 0 to 2"):
        play_notes(network, start, torch.tensor([0, 3]), 4)
    with pytest.raises(ValueError, match="index runs from 1 to 6, wanted 0 to 5"):
        play_notes(network, start + 1, torch.tensor([0, 1]), 4)
    with pytest.raises(ValueError, match="count is 0, wanted 1 or more"):
        silence(network, 0)
