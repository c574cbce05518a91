"""-ELBO under the own and under another's condition, of a model whose answers are known."""

import pytest
import torch
from torch import nn

from genai_course.conditional.alarm import own_and_permuted
from genai_course.conditional.networks import one_hot
from genai_course.vae.losses import elbo


class Known(nn.Module):
    """Draws the picture of its condition, whatever the image; the code tells the condition."""

    def __init__(self, hears=True):
        super().__init__()
        self.condition_dim, self.hears = 3, hears
        self.pictures = nn.Parameter(4 * torch.eye(3))

    def forward(self, x, c):
        c = c if self.hears else torch.full_like(c, 1 / 3)
        logits = (c @ self.pictures).view(-1, 1, 1, 3)
        return logits, c[:, :2], torch.zeros(len(c), 2)


LABELS = torch.arange(30) % 3
IMAGES = one_hot(LABELS, 3).view(-1, 1, 1, 3)


def nats(vae, given):
    logits, mu, logvar = vae(IMAGES, one_hot(given, 3))
    return -elbo(logits, IMAGES, mu, logvar).detach()


def test_own_comes_first_then_that_of_the_permuted_conditions():
    torch.manual_seed(0)
    order = torch.randperm(30)
    torch.manual_seed(0)
    both = own_and_permuted(Known(), IMAGES, one_hot(LABELS, 3))
    assert both.shape == (2, 30) and not both.requires_grad
    torch.testing.assert_close(both[0], nats(Known(), LABELS))
    torch.testing.assert_close(both[1], nats(Known(), LABELS[order]))
    assert (both[1] - both[0]).mean() > 2  # another's picture is dear


def test_every_condition_is_handed_out_once():
    torch.manual_seed(1)
    vae, seen = Known(), []
    vae.register_forward_pre_hook(lambda _, given: seen.append(given[1]))
    own_and_permuted(vae, IMAGES, torch.eye(30)[:, :3] + torch.arange(30.0)[:, None])
    assert not torch.equal(seen[0], seen[1])
    assert torch.equal(seen[0].sort(dim=0).values, seen[1].sort(dim=0).values)


def test_who_does_not_listen_pays_nothing():
    both = own_and_permuted(Known(hears=False), IMAGES, one_hot(LABELS, 3))
    assert torch.equal(both[0], both[1])


def test_conditions_must_be_those_of_the_images():
    with pytest.raises(ValueError, match="c has shape|c is|c holds|c"):
        own_and_permuted(Known(), IMAGES, one_hot(LABELS[:1], 3))
