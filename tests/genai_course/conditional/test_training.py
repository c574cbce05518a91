"""Conditional steps and loops: who learns, from which pairs, and what completion keeps."""

import pytest
import torch
from torch import nn

from genai_course.conditional import training
from genai_course.conditional.completion import complete, split_halves
from genai_course.conditional.discriminators import ProjectionDiscriminator
from genai_course.conditional.networks import ConditionalGenerator, ConditionalVAE, one_hot
from genai_course.conditional.steps import (
    conditional_discriminator_step,
    conditional_generator_step,
    conditional_vae_step,
)
from genai_course.gan.losses import discriminator_loss
from genai_course.vae.losses import elbo


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def weights(network):
    return [p.detach().clone() for p in network.parameters()]


def changed(network, before):
    return any(not torch.equal(p, b) for p, b in zip(network.parameters(), before, strict=True))


def test_a_vae_step_goes_down_the_conditional_bound_and_reports_it():
    vae, x, c = ConditionalVAE(hidden=8), torch.rand(6, 1, 28, 28), one_hot(torch.arange(6))
    torch.manual_seed(1)
    logits, mu, logvar = vae(x, c)
    torch.manual_seed(1)
    losses = conditional_vae_step(vae, torch.optim.SGD(vae.parameters(), lr=1e-3), x, c)
    assert torch.allclose(losses["negative_elbo"], -elbo(logits, x, mu, logvar).mean())
    parts = losses["reconstruction"] + losses["kl"]
    assert torch.allclose(parts, losses["negative_elbo"]) and not parts.requires_grad
    torch.manual_seed(1)
    logits, mu, logvar = vae(x, c)
    assert -elbo(logits, x, mu, logvar).mean() < losses["negative_elbo"]


class Recorder(nn.Module):
    """A discriminator that remembers which pairs it was shown."""

    def __init__(self):
        super().__init__()
        self.scale, self.shown = nn.Parameter(torch.ones(1)), []

    def forward(self, images, labels):
        self.shown.append((images.detach().clone(), labels.clone()))
        return images.flatten(1).sum(dim=1, keepdim=True) * self.scale


class Namer(nn.Module):
    """A generator that writes its label into every pixel, as label / 10."""

    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))

    def sample_prior(self, num_samples):
        return torch.zeros(num_samples, 1)

    def forward(self, z, labels):
        return labels.float().view(-1, 1, 1, 1).expand(-1, 1, 2, 2) / 10 + self.bias


def test_the_discriminators_loss_takes_the_first_half_for_real():
    namer, recorder, labels = Namer(), Recorder(), torch.tensor([3, 1, 4, 1])
    x_real = torch.rand(4, 1, 2, 2) - 1
    x_fake = namer(namer.sample_prior(4), labels)
    wanted = discriminator_loss(recorder(x_real, labels), recorder(x_fake, labels)).detach()
    optimizer = torch.optim.SGD(recorder.parameters(), lr=0.1)
    losses = conditional_discriminator_step(namer, recorder, optimizer, x_real, labels)
    assert torch.allclose(losses["discriminator_loss"], wanted)


def test_gradients_do_not_pile_up_over_steps_of_any_model():
    vae, x, c = ConditionalVAE(hidden=8), torch.rand(6, 1, 28, 28), one_hot(torch.arange(6))
    namer, recorder, labels = Namer(), Recorder(), torch.tensor([3, 1, 4, 1])
    for_vae, for_g, for_d = (torch.optim.SGD(n.parameters(), 0.0) for n in (vae, namer, recorder))
    for network, step in (
        (vae, lambda: conditional_vae_step(vae, for_vae, x, c)),
        (
            recorder,
            lambda: conditional_discriminator_step(
                namer, recorder, for_d, torch.ones(4, 1, 2, 2), labels
            ),
        ),
        (namer, lambda: conditional_generator_step(namer, recorder, for_g, labels)),
    ):
        norms = []
        for _ in range(3):
            torch.manual_seed(1)
            step()
            norms.append(sum(p.grad.norm().item() for p in network.parameters()))
        assert norms[0] > 0 and norms == pytest.approx([norms[0]] * 3)


def test_the_discriminator_sees_every_image_under_its_own_label():
    namer, recorder, labels = Namer(), Recorder(), torch.tensor([3, 1, 4, 1])
    x_real = labels.float().view(-1, 1, 1, 1).expand(-1, 1, 2, 2) / 10 + 0.5
    before = weights(namer)
    optimizer = torch.optim.SGD(recorder.parameters(), lr=0.1)
    losses = conditional_discriminator_step(namer, recorder, optimizer, x_real, labels)
    assert not changed(namer, before) and namer.bias.grad is None
    assert recorder.scale.item() != 1 and not losses["discriminator_loss"].requires_grad
    for images, shown in recorder.shown:
        told = (images[:, 0, 0, 0] * 10).round().long() % 5
        assert torch.equal(told, shown)
    assert sum(len(shown) for _, shown in recorder.shown) == 8


def test_the_generator_is_judged_under_the_label_that_it_was_asked_for():
    namer, recorder, labels = Namer(), Recorder(), torch.tensor([3, 1, 4])
    optimizer = torch.optim.SGD(namer.parameters(), lr=0.1)
    losses = conditional_generator_step(namer, recorder, optimizer, labels)
    assert torch.equal(recorder.shown[0][1], labels)
    assert torch.equal((recorder.shown[0][0][:, 0, 0, 0] * 10).round().long(), labels)
    assert namer.bias.item() > 0 and recorder.scale.grad is None
    assert not losses["generator_loss"].requires_grad


def test_the_loops_train_and_draw():
    x, y = torch.rand(64, 1, 28, 28), torch.arange(64) % 10
    vae = ConditionalVAE(hidden=16)
    history = training.train_vae(vae, x, one_hot(y), 40, batch_size=16)
    assert history["kl"].shape == (40,)
    assert history["negative_elbo"][-5:].mean() < history["negative_elbo"][:5].mean()
    assert training.sample_vae(vae, one_hot(y)).shape == x.shape
    players = training.new_players(ProjectionDiscriminator(width=4), "cpu", width=4)
    before = [weights(player) for player in players]
    history = training.train_gan(players, 2 * x - 1, y, 3, batch_size=16)
    assert len(history["generator_loss"]) == len(history["discriminator_loss"]) == 3
    assert all(changed(p, b) for p, b in zip(players, before, strict=True))


@pytest.mark.filterwarnings("ignore:Detected call of")  # no optimiser steps here
def test_the_loops_hand_over_what_belongs_together_at_a_falling_rate(monkeypatch):
    seen, zero = [], {"loss": torch.zeros(())}
    monkeypatch.setattr(training, "conditional_vae_step", lambda *a: seen.append(a) or zero)
    labels = torch.arange(64)
    x = (labels / 64).view(-1, 1, 1, 1).expand(-1, 1, 28, 28)
    training.train_vae(
        ConditionalVAE(hidden=4), x, one_hot(labels, 64)[:, 54:], 1, batch_size=16, lr=0.1
    )
    vae, optimizer, images, conditions = seen[0]
    assert torch.equal(one_hot((images[:, 0, 0, 0] * 64).long(), 64)[:, 54:], conditions)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.02 * 0.1)  # after the last step
    for name in ("conditional_discriminator_step", "conditional_generator_step"):
        monkeypatch.setattr(training, name, lambda *a: seen.append(a) or dict(zero))
    players = training.new_players(ProjectionDiscriminator(width=4), "cpu", width=4)
    training.train_gan(players, x, labels, 1, batch_size=16)
    (*_, images, wanted), (*_, drawn) = seen[1:]
    assert torch.equal((images[:, 0, 0, 0] * 64).long(), wanted) and torch.equal(drawn, wanted)


def test_drawn_images_of_a_vae_are_probabilities():
    vae = ConditionalVAE(hidden=4)
    drawn = training.sample_vae(vae, one_hot(torch.arange(10)))
    assert 0 < drawn.min() and drawn.max() < 1 and abs(drawn.mean() - 0.5) < 0.1


def test_a_settled_generator_is_a_copy_with_statistics_of_its_own():
    average = ConditionalGenerator(latent_dim=8, width=4).train()
    network = training.settled(average, 200)
    assert not network.training and average.training
    norm, kept = network.layers[2], average.layers[2]
    assert not torch.allclose(norm.running_var, kept.running_var)
    y = torch.arange(1500) % 10
    drawn = training.sample_gan(network, y)
    assert drawn.shape == (1500, 1, 28, 28) and 0 <= drawn.min() <= drawn.max() <= 1
    still = training.sample_gan(network, y, spread=0.0)
    assert torch.allclose(still[:10], still[10:20], atol=1e-6)
    assert not torch.allclose(drawn[:10], drawn[10:20], atol=1e-3)


def test_halves_fit_together_and_completion_keeps_the_upper_one():
    x = torch.rand(3, 1, 28, 28)
    upper, lower = split_halves(x)
    assert upper.shape == (3, 392) and lower.shape == (3, 1, 14, 28)
    assert torch.equal(torch.cat((upper.view(3, 1, 14, 28), lower), dim=2), x)
    vae = ConditionalVAE(392, latent_dim=2, hidden=8, shape=(1, 14, 28))
    whole = complete(vae, x, 5)
    assert whole.shape == (3, 5, 1, 28, 28) and not whole.requires_grad
    assert torch.equal(whole[:, :, :, :14], x[:, None, :, :14].expand(-1, 5, -1, -1, -1))


def test_every_completion_has_a_z_of_its_own():
    seen = []

    class Remembers:
        latent_dim = 2

        def decode(self, z, c):
            seen.append(z)
            return torch.zeros(len(z), 1, 14, 28)

    complete(Remembers(), torch.full((3, 1, 28, 28), 0.5), 5)
    apart = torch.pdist(seen[0])
    assert seen[0].shape == (15, 2) and apart.min() > 1e-4 and 1 < apart.mean() < 3


def test_completions_use_the_half_of_their_own_image():
    class Copies:
        latent_dim = 1

        def decode(self, z, c):
            return torch.logit(c.view(-1, 1, 14, 28).clamp(0.01, 0.99))

    x = torch.arange(1.0, 4).view(3, 1, 1, 1).expand(-1, 1, 28, 28) / 5
    assert torch.allclose(complete(Copies(), x, 2), x[:, None].expand(-1, 2, -1, -1, -1))
