"""Answers that learners may hand in to the exercises of notebook 10, right and wrong."""

import torch
from torch.nn import functional as F

from genai_course.vae.losses import elbo, kl_divergence, reconstruction_loss, reparameterize


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


RIGHT = {
    "10.1": [lambda a, x, mu, logvar: -pixel_nats(a, x) - gaussian_kl(mu, logvar)],
    "10.2": [lambda a, x, mu, v, beta: (pixel_nats(a, x) + beta * gaussian_kl(mu, v)).mean()],
    "10.3": [lambda h: (h.chunk(2, dim=1)[0], 2 * h.chunk(2, dim=1)[1])],
    "10.4": [right_draw_other_numbers],
    "10.5": [repaired],
}
WRONG = {
    "10.1": {
        "reward the KL": added_kl,
        "minus the ELBO": loss_for_elbo,
        "average over the pixels": mean_over_pixels,
        "sigmoid before a loss": sigmoid_twice,
        "log standard deviation": log_std_in_kl,
        "average the KL over the latent": mean_over_latents,
    },
    "10.2": {
        "beta is forgotten": no_beta,
        "wrong part": beta_on_pixels,
        "R counts twice": two_losses_added,
        "quantity to maximise": to_be_maximised,
        "one value per image": per_image,
        "average over the pixels": mean_reduced,
    },
    "10.3": {
        "log sigma under the name of logvar": log_std_as_is,
        "halves are swapped": swapped_halves,
        "this is sigma": sigma_itself,
        "every other column": interleaved,
        "cut the batch": batch_cut,
    },
    "10.4": {
        "uniform": uniform_z,
        "same z": one_z_for_all,
        "mean of the prior": prior_mean,
        "convolutional generator": convolutional_z,
        "these are probabilities": probabilities,
        "round the probabilities": thresholded,
    },
    "10.5": {
        "both bugs": as_given,
        "from the KL alone": still_detached,
        "earlier steps": still_piling_up,
        "nothing moves": emptied_too_late,
        "gets the mean": no_sample,
        "minimise the ELBO": wrong_sign,
    },
}
