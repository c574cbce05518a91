"""Exercises of notebook 10: the ELBO, two judgements of numbers, new digits, a broken step."""

import torch
from torch.nn import functional as F

from genai_course.exercises.answers import joined, noted
from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.vae_judgements import DIAGNOSIS, VERDICT
from genai_course.vae.losses import elbo, kl_divergence, reconstruction_loss, reparameterize
from genai_course.vae.networks import VAE


def _inputs():
    g = torch.Generator().manual_seed(10)
    logits, mu, logvar = (torch.randn(n, generator=g) for n in ((4, 1, 3, 3), (4, 2), (4, 2)))
    return logits, torch.rand(4, 1, 3, 3, generator=g), mu, logvar


def _elbo(logits, x, mu, logvar):
    pixels = F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    return -pixels.flatten(1).sum(dim=1) - kl.sum(dim=1)


ELBO = Exercise(
    number="10.1", title="The ELBO from its two parts", reference=_elbo,
    without=("elbo", "reconstruction_loss", "kl_divergence"),
    observe=lambda attempt: {"the ELBO of four small images": attempt(*_inputs())},
    mistakes=(
        Mistake(lambda a, x, m, v: -reconstruction_loss(a, x) + kl_divergence(m, v),
                "you reward the KL divergence; it is a price.",
                "look at the sign in front of KL in the ELBO.", "ELBO = -R - KL."),
        Mistake(lambda a, x, m, v: reconstruction_loss(a, x) + kl_divergence(m, v),
                "this is the loss, minus the ELBO.", "the ELBO is to be maximised.",
                "Both parts carry a minus."),
        Mistake(lambda a, x, m, v: -reconstruction_loss(a, x) / 9 - kl_divergence(m, v),
                "you average over the pixels where log p(x|z) is a sum.",
                "the logs of independent pixels add up.", "Use .sum(dim=1) after flatten(1)."),
        Mistake(lambda a, x, m, v: -reconstruction_loss(a.sigmoid(), x) - kl_divergence(m, v),
                "you apply the sigmoid before a loss that applies it again.",
                "binary_cross_entropy_with_logits wants logits.", "Pass `logits` as they are."),
        Mistake(lambda a, x, m, v: -reconstruction_loss(a, x) - kl_divergence(m, 2 * v),
                "you read logvar as a log standard deviation.", "logvar is log sigma^2.",
                "sigma^2 = exp(logvar), without a factor 2."),
        Mistake(lambda a, x, m, v: -reconstruction_loss(a, x) - kl_divergence(m, v) / 2,
                "you average the KL over the latent dimensions where it is a sum.",
                "independent coordinates: their divergences add up.", "Use .sum(dim=1)."),
    ),
    praise="right, in nats, one value per image",
)  # fmt: skip


class _SpyDecoder(torch.nn.Module):
    """Keeps every z; answers with logit 2 in the upper and -1 in the lower half of each image."""

    def __init__(self):
        super().__init__()
        self.latent_dim, self.given = 8, []
        self.logits = torch.nn.Parameter(torch.tensor([2.0, -1.0]).repeat_interleave(392))

    def forward(self, z):
        noted(z, self.given)
        return self.logits.view(1, 1, 28, 28).expand(len(z), -1, -1, -1)


def _observe_draw(attempt):
    spy = _SpyDecoder()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        x = attempt(spy, 1000)
    z = joined(spy.given, "decoder").float()
    return {
        "the shape of z": str(tuple(z.shape)),
        "'every pixel is 0 or 1'": bool(((x == 0) | (x == 1)).all()),
        "the mean of z": z.mean(), "the variance of z": z.var(), "the mean of |z|": z.abs().mean(),
        "the share of different z": len(z.unique(dim=0)) / len(z),
        "the share of white in both halves": x.detach().view(len(x), 2, -1).mean((0, 2)),
    }  # fmt: skip


def _draw(noise, pixels=torch.bernoulli):
    return lambda decoder, n: pixels(torch.sigmoid(decoder(noise(n, decoder.latent_dim))).detach())


DRAW = Exercise(
    number="10.4", title="New binary digits", observe=_observe_draw, reference=_draw(torch.randn),
    same_shape=True,
    mistakes=(
        Mistake(_draw(torch.rand), "your z is uniform on [0, 1].", "the prior is N(0, I).",
                "Use torch.randn."),
        Mistake(_draw(lambda n, d: torch.randn(1, d).expand(n, d)), "every image has the same z.",
                "one draw per image.", "z has the shape (num_images, latent_dim)."),
        Mistake(_draw(lambda n, d: torch.zeros(n, d)), "z is the mean of the prior, not a sample.",
                "all your images are equal.", "Use torch.randn."),
        Mistake(_draw(lambda n, d: torch.randn(n, d, 1, 1)),
                "z has the shape of a convolutional generator's input.",
                "the decoder starts with a linear layer.", "z is (num_images, latent_dim)."),
        Mistake(_draw(torch.randn, lambda p: p), "these are probabilities, not binary pixels.",
                "the last draw is missing.", "Use torch.bernoulli."),
        Mistake(_draw(torch.randn, lambda p: p.round()),
                "you round the probabilities.", "draw, do not round.", "Use torch.bernoulli."),
    ),
    tolerance=0.04,
)  # fmt: skip


def _observe_step(attempt):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        vae, x = VAE(latent_dim=2, hidden=4), torch.rand(4, 1, 28, 28)
        optimizer = torch.optim.SGD(vae.parameters(), lr=1e-3)
        seen = {}
        for step in (1, 2, 3):
            torch.manual_seed(step)
            loss = attempt(vae, optimizer, x)
            for name, weights in vae.named_parameters():
                seen[f"{name} after step {step}"] = weights.detach().clone()
            seen[f"the loss of step {step}"] = loss
    return seen


def _step(sign=-1, cut=False, noise=True, order="zbs"):
    def step(vae, optimizer, x):
        mu, logvar = vae.encoder(x)
        z = reparameterize(mu, logvar) if noise else mu
        loss = sign * elbo(vae.decoder(z.detach() if cut else z), x, mu, logvar).mean()
        for verb in order:
            {"z": optimizer.zero_grad, "b": loss.backward, "s": optimizer.step}[verb]()
        return loss.detach()

    return step


STEP = Exercise(
    number="10.5", title="Find two bugs", observe=_observe_step, reference=_step(),
    mistakes=(
        Mistake(_step(cut=True, order="bs"), "both bugs are still there.",
                "what does detach cut, and who empties the gradients?",
                "Read the line of z and the line before backward."),
        Mistake(_step(cut=True), "the encoder still learns from the KL alone.",
                "reconstruction must reach the encoder through z.", "Leave out the detach."),
        Mistake(_step(order="bs"), "gradients of earlier steps are still in the sum.",
                "backward adds to .grad.", "Call optimizer.zero_grad() before backward."),
        Mistake(_step(order="bzs"), "nothing moves: when the optimiser steps there is no gradient, "
                "or it never steps.", "zero_grad, backward, step.", "Check the order."),
        Mistake(_step(noise=False), "the decoder gets the mean; it should get a sample.",
                "where is the noise?", "z = reparameterize(mu, logvar)."),
        Mistake(_step(sign=1), "you minimise the ELBO.", "an optimiser goes downhill.",
                "The loss is -elbo(...).mean()."),
    ),
)  # fmt: skip

EXERCISES = (ELBO, DIAGNOSIS, VERDICT, DRAW, STEP)
check_elbo = ELBO.check
check_diagnosis = DIAGNOSIS.check
check_verdict = VERDICT.check
check_new_digits = DRAW.check
check_step = STEP.check
