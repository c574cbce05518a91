"""Exercises of notebook 10: the answer passes, the stub does not, every wrong answer is named."""

import pytest
import torch
from torch.nn import functional as F

from genai_course.claims import CROSS, TICK
from genai_course.exercises.vae import EXERCISES
from genai_course.vae.losses import elbo, kl_divergence, reconstruction_loss, reparameterize

BY_NUMBER = {exercise.number: exercise for exercise in EXERCISES}


def gaussian_kl(mu, logvar):
    return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1)


def pixel_nats(logits, x):
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum((1, 2, 3))


def added_kl(logits, x, mu, logvar):
    return gaussian_kl(mu, logvar) - pixel_nats(logits, x)


def loss_for_elbo(logits, x, mu, logvar):
    return pixel_nats(logits, x) + gaussian_kl(mu, logvar)


def mean_over_pixels(logits, x, mu, logvar):
    nats = F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean((1, 2, 3))
    return -nats - gaussian_kl(mu, logvar)


def sigmoid_twice(logits, x, mu, logvar):
    return -pixel_nats(torch.sigmoid(logits), x) - gaussian_kl(mu, logvar)


def log_std_in_kl(logits, x, mu, logvar):
    sigma = logvar.exp()
    kl = 0.5 * (mu**2 + sigma**2 - 1 - 2 * sigma.log()).sum(1)
    return -pixel_nats(logits, x) - kl


def mean_over_latents(logits, x, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(dim=1)
    return -pixel_nats(logits, x) - kl


def no_beta(logits, x, mu, logvar, beta):
    return -elbo(logits, x, mu, logvar).mean()


def beta_on_pixels(logits, x, mu, logvar, beta):
    return (beta * pixel_nats(logits, x) + gaussian_kl(mu, logvar)).mean()


def two_losses_added(logits, x, mu, logvar, beta):
    decoder_loss = reconstruction_loss(logits, x).mean()
    encoder_loss = decoder_loss + beta * kl_divergence(mu, logvar).mean()
    return encoder_loss + decoder_loss


def to_be_maximised(logits, x, mu, logvar, beta):
    return -(pixel_nats(logits, x) + beta * gaussian_kl(mu, logvar)).mean()


def per_image(logits, x, mu, logvar, beta):
    return pixel_nats(logits, x) + beta * gaussian_kl(mu, logvar)


def mean_reduced(logits, x, mu, logvar, beta):
    return F.binary_cross_entropy_with_logits(logits, x) + beta * gaussian_kl(mu, logvar).mean()


def log_std_as_is(h):
    mu, log_std = h.chunk(2, dim=1)
    return mu, log_std


def swapped_halves(h):
    log_std, mu = h.chunk(2, dim=1)
    return mu, 2 * log_std


def sigma_itself(h):
    mu, log_std = h.chunk(2, dim=1)
    return mu, torch.exp(log_std)


def interleaved(h):
    h = h.view(len(h), -1, 2)
    return h[..., 0], 2 * h[..., 1]


def batch_cut(h):
    mu, log_std = h.chunk(2)
    return mu, 2 * log_std


def drawn(decoder, z):
    return torch.bernoulli(torch.sigmoid(decoder(z)).detach())


def uniform_z(decoder, num_images):
    return drawn(decoder, torch.rand((num_images, decoder.latent_dim)))


def one_z_for_all(decoder, num_images):
    return drawn(decoder, torch.randn(decoder.latent_dim).repeat(num_images, 1))


def prior_mean(decoder, num_images):
    return drawn(decoder, torch.zeros(num_images, decoder.latent_dim))


def convolutional_z(decoder, num_images):
    return drawn(decoder, torch.randn(num_images, decoder.latent_dim, 1, 1))


def probabilities(decoder, num_images):
    with torch.no_grad():
        return decoder(torch.randn(num_images, decoder.latent_dim)).sigmoid()


def thresholded(decoder, num_images):
    with torch.no_grad():
        logits = decoder(torch.randn(num_images, decoder.latent_dim))
    return (logits.sigmoid() > 0.5).float()


def right_draw_other_numbers(decoder, num_images):
    torch.rand(7)  # other random numbers than the reference, the same distribution
    z = torch.randn(num_images, decoder.latent_dim)
    p = torch.sigmoid(decoder(z)).detach()
    return (torch.rand_like(p) < p).float()


def as_given(vae, optimizer, x):
    mu, logvar = vae.encoder(x)
    z = reparameterize(mu, logvar).detach()
    loss = -elbo(vae.decoder(z), x, mu, logvar).mean()
    loss.backward()
    optimizer.step()
    return loss


def still_detached(vae, optimizer, x):
    optimizer.zero_grad()
    return as_given(vae, optimizer, x)


def still_piling_up(vae, optimizer, x):
    logits, mu, logvar = vae(x)
    loss = -elbo(logits, x, mu, logvar).mean()
    loss.backward()
    optimizer.step()
    return loss


def emptied_too_late(vae, optimizer, x):
    logits, mu, logvar = vae(x)
    loss = -elbo(logits, x, mu, logvar).mean()
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss


def no_sample(vae, optimizer, x):
    mu, logvar = vae.encoder(x)
    loss = -elbo(vae.decoder(mu), x, mu, logvar).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def wrong_sign(vae, optimizer, x):
    logits, mu, logvar = vae(x)
    loss = elbo(logits, x, mu, logvar).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def repaired(vae, optimizer, x):
    optimizer.zero_grad()
    mu, logvar = vae.encoder(x)
    z = mu + torch.exp(logvar / 2) * torch.randn_like(mu)
    loss = (pixel_nats(vae.decoder(z), x) + gaussian_kl(mu, logvar)).mean()
    loss.backward()
    optimizer.step()
    return loss.item()


WRONG = [
    ("10.1", added_kl, "reward the KL"),
    ("10.1", loss_for_elbo, "minus the ELBO"),
    ("10.1", mean_over_pixels, "average over the pixels"),
    ("10.1", sigmoid_twice, "sigmoid before a loss"),
    ("10.1", log_std_in_kl, "log standard deviation"),
    ("10.1", mean_over_latents, "average the KL over the latent"),
    ("10.2", no_beta, "beta is forgotten"),
    ("10.2", beta_on_pixels, "wrong part"),
    ("10.2", two_losses_added, "R counts twice"),
    ("10.2", to_be_maximised, "quantity to maximise"),
    ("10.2", per_image, "one value per image"),
    ("10.2", mean_reduced, "average over the pixels"),
    ("10.3", log_std_as_is, "log sigma under the name of logvar"),
    ("10.3", swapped_halves, "halves are swapped"),
    ("10.3", sigma_itself, "this is sigma"),
    ("10.3", interleaved, "every other column"),
    ("10.3", batch_cut, "cut the batch"),
    ("10.4", uniform_z, "uniform"),
    ("10.4", one_z_for_all, "same z"),
    ("10.4", prior_mean, "mean of the prior"),
    ("10.4", convolutional_z, "convolutional generator"),
    ("10.4", probabilities, "these are probabilities"),
    ("10.4", thresholded, "round the probabilities"),
    ("10.5", as_given, "both bugs"),
    ("10.5", still_detached, "from the KL alone"),
    ("10.5", still_piling_up, "earlier steps"),
    ("10.5", emptied_too_late, "nothing moves"),
    ("10.5", no_sample, "gets the mean"),
    ("10.5", wrong_sign, "minimise the ELBO"),
]

RIGHT = [
    ("10.1", lambda a, x, mu, logvar: -pixel_nats(a, x) - gaussian_kl(mu, logvar)),
    ("10.2", lambda a, x, mu, v, beta: (pixel_nats(a, x) + beta * gaussian_kl(mu, v)).mean()),
    ("10.3", lambda h: (h.chunk(2, dim=1)[0], 2 * h.chunk(2, dim=1)[1])),
    ("10.4", right_draw_other_numbers),
    ("10.5", repaired),
]


@pytest.mark.parametrize("number, attempt", RIGHT)
def test_an_answer_in_other_words_passes(number, attempt):
    assert BY_NUMBER[number].verdict(attempt).startswith(TICK)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
def test_the_reference_passes_and_the_stub_does_not(exercise):
    assert exercise.verdict(exercise.reference).startswith(TICK)
    assert exercise.verdict(lambda *a: None) == f"Exercise {exercise.number}: not done yet."
    assert len(exercise.mistakes) >= 4


@pytest.mark.parametrize("number, attempt, words", WRONG)
def test_a_wrong_answer_gets_the_sentence_that_names_it(number, attempt, words):
    verdict = BY_NUMBER[number].verdict(attempt)
    assert verdict.startswith(CROSS) and words in verdict and "Hint:" in verdict
    assert len(BY_NUMBER[number].verdict(attempt, hint=1)) > len(verdict)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
def test_every_listed_mistake_is_named_by_its_own_sentence(exercise):
    for mistake in exercise.mistakes:
        assert mistake.sentence in exercise.verdict(mistake.wrong)


def test_a_check_leaves_the_random_numbers_alone():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    for exercise in EXERCISES:
        exercise.verdict(exercise.reference)
    assert torch.equal(torch.get_rng_state(), before)
