"""Answers that learners may hand in to the exercises of notebook 10, right and wrong."""

import math

import torch
from torch.nn import functional as F

from genai_course.vae.losses import elbo, reparameterize


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


def diagnosis(reconstruction, kl, resampled, error, room=None, low=0.01, ceiling=None, late=False):
    gap = resampled - (reconstruction + kl)
    room = (18 * error**2) ** 0.5 if room is None else room(error)
    if not late and abs(gap) > room:
        return "no bound"
    if kl < low if ceiling is None else reconstruction + kl >= ceiling:
        return "empty code"
    return "no bound" if abs(gap) > room else "sound"


def only_too_low(reconstruction, kl, resampled, error):
    return diagnosis(reconstruction, kl, max(resampled, reconstruction + kl), error)


def fair(a, b, images=("pixels",), spread=None, blame=None, sign=1):
    if any(a[name] != b[name] for name in images):
        return "not comparable"
    spread = spread or (lambda x, y: math.hypot(x, y))
    lead = sign * (b["nats"] - a["nats"])
    if abs(lead) <= 3 * spread(a["error"], b["error"]):
        return "no difference"
    more = (a["epochs"] - b["epochs"]) * (1 if lead > 0 else -1)  # epochs of the better one
    if (blame or (lambda extra: extra > 0))(more):
        return "confounded"
    return "a" if lead > 0 else "b"


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
    "10.2": [diagnosis],
    "10.3": [fair],
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
        "believe every report": lambda *numbers: diagnosis(*numbers, room=lambda error: 1e9),
        "error of one of them": lambda *numbers: diagnosis(*numbers, room=lambda error: 3 * error),
        "every difference a fault": lambda *numbers: diagnosis(*numbers, room=lambda error: 0.0),
        "far above what was measured": only_too_low,
        "fixed limit": lambda *numbers: diagnosis(*numbers, room=lambda error: 1.0),
        "judge the code by the total": lambda *numbers: diagnosis(*numbers, ceiling=206.0),
        "cheap code empty": lambda *numbers: diagnosis(*numbers, low=1.0),
        "you believe the KL": lambda *numbers: diagnosis(*numbers, late=True),
    },
    "10.3": {
        "nats of different images": lambda a, b: fair(a, b, images=()),
        "credit the architecture": lambda a, b: fair(a, b, blame=lambda extra: False),
        "dismiss a winner": lambda a, b: fair(a, b, blame=lambda extra: extra != 0),
        "wrong one whose training": lambda a, b: fair(a, b, blame=lambda extra: extra < 0),
        "forgot the errors": lambda a, b: fair(a, b, spread=lambda x, y: 0.0),
        "error of one of the two": lambda a, b: fair(a, b, spread=lambda x, y: x),
        "you add the errors": lambda a, b: fair(a, b, spread=lambda x, y: x + y),
        "fewer nats, not more": lambda a, b: fair(a, b, sign=-1),
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
