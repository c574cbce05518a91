"""A GPT that sees only the past, and remembers what it has seen."""

import math

import pytest
import torch
from torch import nn

from genai_course.sequences.transformer import GPT, Block, CausalAttention


def small(length=8):
    torch.manual_seed(0)
    network = GPT(5, length, width=12, depth=2, heads=3).double()
    for weight in network.parameters():
        nn.init.normal_(weight, std=0.3)
    return network


def letters(*shape):
    return torch.randint(5, shape, generator=torch.Generator().manual_seed(1))


def test_no_logit_depends_on_a_later_letter_and_each_on_all_before():
    network, index = small(), letters(1, 8)
    streams = network.letter(index).detach().requires_grad_()
    network.letter = nn.Identity()
    logits = network(streams[0][None])
    for place in range(8):
        slope = torch.autograd.grad(logits[0, place].square().sum(), streams, retain_graph=True)[0]
        seen = slope[0].abs().sum(dim=1) > 1e-12
        assert seen.tolist() == [True] * (place + 1) + [False] * (7 - place)


def test_heads_are_those_of_pytorchs_own_attention():
    torch.manual_seed(0)
    ours, theirs = CausalAttention(12, 3), nn.MultiheadAttention(12, 3, batch_first=True)
    theirs.in_proj_weight.data, theirs.in_proj_bias.data = (
        ours.enter.weight.data,
        ours.enter.bias.data,
    )
    theirs.out_proj.load_state_dict(ours.leave.state_dict())
    x, hidden = torch.randn(2, 7, 12), torch.ones(7, 7, dtype=torch.bool).triu(1)
    wanted = theirs(x, x, x, attn_mask=hidden, need_weights=False)[0]
    torch.testing.assert_close(ours(x), wanted)


def test_a_block_is_pytorchs_own_layer_normalised_before():
    torch.manual_seed(0)
    ours = Block(12, 3)
    theirs = nn.TransformerEncoderLayer(
        12, 3, 48, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    theirs.self_attn.in_proj_weight.data = ours.listen.enter.weight.data
    theirs.self_attn.in_proj_bias.data = ours.listen.enter.bias.data
    theirs.self_attn.out_proj.load_state_dict(ours.listen.leave.state_dict())
    theirs.linear1.load_state_dict(ours.think[1].state_dict())
    theirs.linear2.load_state_dict(ours.think[3].state_dict())
    x = torch.randn(2, 6, 12)
    wanted = theirs(x, src_mask=nn.Transformer.generate_square_subsequent_mask(6))
    torch.testing.assert_close(ours(x), wanted)


def test_places_count():
    network = small()
    logits = network(torch.full((1, 8), 2))
    assert (logits[0, 1:] - logits[0, :1]).abs().max() > 0.01


def test_remembering_gives_the_same_logits_in_parts_of_any_size():
    network, index = small(), letters(3, 8)
    whole = network(index)
    for parts in ([8], [1] * 8, [3, 1, 4]):
        memory = [{} for _ in network.blocks]
        got = torch.cat([network(part, memory) for part in index.split(parts, dim=1)], dim=1)
        torch.testing.assert_close(got, whole)
        assert memory[1]["key"].shape == memory[0]["value"].shape == (3, 3, 8, 4)


def test_what_it_starts_from_and_how_large_it_is():
    torch.manual_seed(0)
    network = GPT(30, 16)
    for embedding in (network.letter, network.place):
        assert abs(embedding.weight.std() - 0.3) < 0.03
    log_p = network(torch.randint(30, (4, 16))).log_softmax(dim=2)
    assert abs(log_p.mean() + math.log(30)) < 0.5  # the first guess is not far from uniform
    blocks = 3 * (12 * 64**2 + 13 * 64)
    assert sum(w.numel() for w in network.parameters()) == 30 * 64 * 2 + 30 + 16 * 64 + blocks + 128


def test_more_letters_than_places_are_refused():
    network, index = small(), letters(2, 8)
    with pytest.raises(ValueError, match="T is 9, wanted 1 to 8"):
        network(torch.cat([index, index[:, :1]], dim=1))
    memory = [{} for _ in network.blocks]
    network(index, memory)
    with pytest.raises(ValueError, match="T is 9, wanted 1 to 8"):
        network(index[:, :1], memory)
