"""Costs of letters, and one update, seen by a network that keeps what it is given."""

import math

import pytest
import torch
from torch import nn

from genai_course.sequences.steps import sequence_nats, sequence_step


class Spy(nn.Module):
    """Answers the same logits at all places."""

    def __init__(self):
        super().__init__()
        self.logits = nn.Parameter(torch.tensor([0.0, 1.0, 2.0]))

    def forward(self, index, *told):
        self.index, self.told = index, told
        return self.logits.expand(*index.shape, 3)


ROWS = torch.tensor([[0, 1, 2, 2], [2, 2, 0, 1]])


def test_the_cost_is_minus_the_log_of_the_share_of_the_letter_that_came():
    logits = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    index = torch.tensor([[0, 1, 2], [3, 3, 0]])
    got = sequence_nats(logits, index)
    for n in range(2):
        for t in range(3):
            scores = [math.exp(x) for x in logits[n, t].tolist()]
            assert got[n, t].item() == pytest.approx(
                -math.log(scores[index[n, t]] / sum(scores)), 1e-4
            )


def test_a_step_shows_all_but_the_last_letter_and_asks_for_all_but_the_first():
    spy, note = Spy(), torch.tensor([4, 5])
    loss = sequence_step(spy, torch.optim.SGD(spy.parameters(), lr=0.5), ROWS, note)
    assert torch.equal(spy.index, ROWS[:, :-1]) and spy.told[0] is note
    p = torch.tensor([0.0, 1.0, 2.0]).softmax(dim=0)
    came = torch.tensor([1, 2, 3]) / 6  # of the last three letters of both rows
    assert loss.item() == pytest.approx(-(came * p.log()).sum().item(), rel=1e-5)
    assert not loss.requires_grad
    moved = torch.tensor([0.0, 1.0, 2.0]) - 0.5 * (p - came)  # the slope of the cost
    torch.testing.assert_close(spy.logits.detach(), moved)


def test_gradients_do_not_pile_up():
    spy, slopes = Spy(), []
    for _ in range(2):
        sequence_step(spy, torch.optim.SGD(spy.parameters(), lr=0.0), ROWS)
        slopes.append(spy.logits.grad.clone())
    torch.testing.assert_close(slopes[0], slopes[1])


def test_letters_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"index has shape \(2, 4\), wanted \(2, 3\)"):
        sequence_nats(torch.zeros(2, 3, 5), torch.zeros(2, 4).long())
    with pytest.raises(ValueError, match="logits has shape"):
        sequence_nats(torch.zeros(2, 3), torch.zeros(2, 3).long())
