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


def itself(x):
    """Return x: nothing is prepared."""
    return x


def backward(loss):
    """Fill the gradients."""
    loss.backward()


def vae_steps(model, networks, device, prepare=itself, backward=backward):
    """Return one step of the usual VAE loop, a function of the batch; it returns the loss.

    Args:
        model: A `Model`.
        networks: (vae,).
        device: Where it is.
        prepare: What a library makes of a network and of an optimiser before they are used.
        backward: How a library fills the gradients, a function of the loss.
    """
    vae = prepare(*networks)
    optimizer = prepare(torch.optim.Adam(vae.parameters(), lr=model.rates[0]))

    def step(x):
        x = x.to(device)
        optimizer.zero_grad()
        loss = vae_loss(vae, x)
        backward(loss)
        optimizer.step()
        return (loss.item(),)

    return step


def gan_steps(model, networks, device, noise=torch.randn, prepare=itself, backward=backward):
    """Return one step of the usual GAN loop, a function of the batch; it returns both losses.

    Args:
        model: A `Model`.
        networks: Generator, and discriminator that gives logits.
        device: Where they are.
        noise: Function of (N, latent_dim, device=...) that draws z.
        prepare, backward: As in `vae_steps`.
    """
    generator, discriminator = prepare(networks[0]), networks[1]
    discriminator = prepare(nn.Sequential(discriminator, nn.Sigmoid()))
    criterion = nn.BCELoss()
    optimizer_g, optimizer_d = (
        prepare(torch.optim.Adam(network.parameters(), lr=rate, betas=model.betas))
        for network, rate in zip((generator, discriminator), model.rates, strict=True)
    )

    def step(x_real):
        x_real = x_real.to(device)
        real = torch.ones(len(x_real), 1, device=device)
        fake = torch.zeros(len(x_real), 1, device=device)

        optimizer_d.zero_grad()
        x_fake = generator(noise(len(x_real), model.latent_dim, device=device))
        loss_d = criterion(discriminator(x_real), real)
        loss_d = loss_d + criterion(discriminator(x_fake.detach()), fake)
        backward(loss_d)
        optimizer_d.step()

        optimizer_g.zero_grad()
        if model.fresh_fakes:
            x_fake = generator(noise(len(x_real), model.latent_dim, device=device))
        loss_g = criterion(discriminator(x_fake), real)
        backward(loss_g)
        optimizer_g.step()
        return loss_d.item(), loss_g.item()

    return step


def steps(model, networks, device, **options):
    """Return the step of the usual loop for one network (a VAE) or two (a GAN)."""
    return (vae_steps if len(networks) == 1 else gan_steps)(model, networks, device, **options)


def train_for_ever(step, loader, turns):
    """Make one step a batch, keeping the losses; `turns.batch_done()` waits after a turn."""
    losses = []
    turns.begin()
    while True:
        for x, _ in loader:
            losses.append(step(x))
            turns.batch_done()


def play(model, networks, loader, device, turns):
    """Train for ever; `turns.batch_done()` waits when a turn is over."""
    train_for_ever(steps(model, networks, device), loader, turns)
