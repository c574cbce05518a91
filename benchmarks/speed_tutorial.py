"""The loops that most introductions show: Sigmoid and BCELoss, Adam as it comes, `.item()`."""

import torch
from torch import nn
from torch.nn import functional as F


def vae_loss(vae, x):
    """The usual loss of a VAE: binary cross-entropy of probabilities plus the KL by hand."""
    logits, mu, logvar = vae(x)
    recon = F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="sum")
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (recon + kl) / len(x)


def vae_steps(model, networks, device):
    """Return one step of the usual VAE loop, a function of the batch; it returns the loss."""
    (vae,) = networks
    optimizer = torch.optim.Adam(vae.parameters(), lr=model.rates[0])

    def step(x):
        x = x.to(device)
        optimizer.zero_grad()
        loss = vae_loss(vae, x)
        loss.backward()
        optimizer.step()
        return (loss.item(),)

    return step


def gan_steps(model, networks, device, noise=torch.randn):
    """Return one step of the usual GAN loop, a function of the batch; it returns both losses.

    Args:
        model: A `Model`.
        networks: Generator, and discriminator that gives logits.
        device: Where they are.
        noise: Function of (N, latent_dim, device=...) that draws z.
    """
    generator, discriminator = networks
    discriminator = nn.Sequential(discriminator, nn.Sigmoid())
    criterion = nn.BCELoss()
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=model.rates[0], betas=model.betas)
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=model.rates[1], betas=model.betas)

    def step(x_real):
        x_real = x_real.to(device)
        real = torch.ones(len(x_real), 1, device=device)
        fake = torch.zeros(len(x_real), 1, device=device)

        optimizer_d.zero_grad()
        x_fake = generator(noise(len(x_real), model.latent_dim, device=device))
        loss_d = criterion(discriminator(x_real), real)
        loss_d = loss_d + criterion(discriminator(x_fake.detach()), fake)
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        if model.fresh_fakes:
            x_fake = generator(noise(len(x_real), model.latent_dim, device=device))
        loss_g = criterion(discriminator(x_fake), real)
        loss_g.backward()
        optimizer_g.step()
        return loss_d.item(), loss_g.item()

    return step


def play(model, networks, loader, device, turns):
    """Train for ever; `turns.batch_done()` waits when a turn is over."""
    make = vae_steps if len(networks) == 1 else gan_steps
    step = make(model, networks, device)
    losses = []
    turns.begin()
    while True:
        for x, _ in loader:
            losses.append(step(x))
            turns.batch_done()
