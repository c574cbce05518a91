"""Answers that learners may hand in to the exercises of notebook 04, right and wrong."""

import torch
from torch.nn import functional as F

bce = F.binary_cross_entropy_with_logits


def ones(logits):
    return torch.ones_like(logits)


def zeros(logits):
    return torch.zeros_like(logits)


def d_right(generator, discriminator, optimizer, x_real):
    optimizer.zero_grad()
    with torch.no_grad():
        x_fake = generator(torch.randn(len(x_real), generator.latent_dim))
    real, fake = discriminator(torch.cat((x_real, x_fake))).chunk(2)
    loss = bce(real, ones(real)) + bce(fake, zeros(fake))
    loss.backward()
    optimizer.step()
    return loss.detach()


def d_no_detach(generator, discriminator, optimizer, x_real):
    optimizer.zero_grad()
    x_fake = generator(torch.randn(len(x_real), generator.latent_dim))
    real, fake = discriminator(x_real), discriminator(x_fake)
    loss = bce(real, ones(real)) + bce(fake, zeros(fake))
    loss.backward()
    optimizer.step()
    return loss


def d_swapped(generator, discriminator, optimizer, x_real):
    optimizer.zero_grad()
    x_fake = generator(torch.randn(len(x_real), generator.latent_dim)).detach()
    real, fake = discriminator(x_real), discriminator(x_fake)
    loss = bce(real, zeros(real)) + bce(fake, ones(fake))
    loss.backward()
    optimizer.step()
    return loss


def d_sigmoid(generator, discriminator, optimizer, x_real):
    optimizer.zero_grad()
    x_fake = generator(torch.randn(len(x_real), generator.latent_dim)).detach()
    real, fake = torch.sigmoid(discriminator(x_real)), torch.sigmoid(discriminator(x_fake))
    loss = bce(real, ones(real)) + bce(fake, zeros(fake))
    loss.backward()
    optimizer.step()
    return loss


def d_sum(generator, discriminator, optimizer, x_real):
    optimizer.zero_grad()
    x_fake = generator(torch.randn(len(x_real), generator.latent_dim)).detach()
    real, fake = discriminator(x_real), discriminator(x_fake)
    loss = bce(real, ones(real), reduction="sum") + bce(fake, zeros(fake), reduction="sum")
    loss.backward()
    optimizer.step()
    return loss


def d_stale(generator, discriminator, optimizer, x_real):
    x_fake = generator(torch.randn(len(x_real), generator.latent_dim)).detach()
    real, fake = discriminator(x_real), discriminator(x_fake)
    loss = bce(real, ones(real)) + bce(fake, zeros(fake))
    loss.backward()
    optimizer.step()
    return loss


def d_fake_only(generator, discriminator, optimizer, x_real):
    optimizer.zero_grad()
    fake = discriminator(generator(torch.randn(len(x_real), generator.latent_dim)).detach())
    loss = bce(fake, zeros(fake))
    loss.backward()
    optimizer.step()
    return loss


def d_averaged(generator, discriminator, optimizer, x_real):
    optimizer.zero_grad()
    x_fake = generator(torch.randn(len(x_real), generator.latent_dim)).detach()
    logits = discriminator(torch.cat((x_real, x_fake)))
    labels = torch.cat((torch.ones(len(x_real), 1), torch.zeros(len(x_real), 1)))
    loss = bce(logits, labels)
    loss.backward()
    optimizer.step()
    return loss


def d_turned(generator, discriminator, optimizer, x_real):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(len(x_real))).detach())
    loss = F.logsigmoid(discriminator(x_real)).mean() + F.logsigmoid(-fake).mean()
    loss.backward()
    optimizer.step()
    return loss


def d_emptied(generator, discriminator, optimizer, x_real):
    fake = discriminator(generator(generator.sample_prior(len(x_real))).detach())
    loss = -F.logsigmoid(discriminator(x_real)).mean() - F.logsigmoid(-fake).mean()
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss


def g_sum(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = -F.logsigmoid(fake).sum()
    loss.backward()
    optimizer.step()
    return loss


def g_right(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = bce(fake, ones(fake))
    loss.backward(inputs=list(generator.parameters()))
    optimizer.step()
    return loss.item()


def g_plain_backward(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = bce(fake, ones(fake))
    loss.backward()
    optimizer.step()
    return loss


def g_saturating(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = torch.log(1 - torch.sigmoid(fake)).mean()
    loss.backward()
    optimizer.step()
    return loss


def g_labelled_fake(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = bce(fake, zeros(fake))
    loss.backward()
    optimizer.step()
    return loss


def g_detached(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)).detach())
    loss = bce(fake, ones(fake))
    loss.backward()
    optimizer.step()
    return loss


def g_sigmoid(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size))).sigmoid()
    loss = bce(fake, ones(fake))
    loss.backward()
    optimizer.step()
    return loss


def g_stale(generator, discriminator, optimizer, batch_size):
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = bce(fake, ones(fake))
    loss.backward()
    optimizer.step()
    return loss


def g_no_step(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = bce(fake, ones(fake))
    loss.backward()
    return loss


def g_moves_both(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    discriminator.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = bce(fake, ones(fake))
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for parameter in discriminator.parameters():
            parameter -= 0.5 * parameter.grad
    return loss


def draw(z_of, range_of):
    return lambda generator, count: range_of(generator(z_of(count, generator.latent_dim)))


def unit(images):
    return images / 2 + 0.5


def pair(generator, discriminator, optimizer_d, optimizer_g, x_real, *, detach_for_g=False):
    z = torch.randn(len(x_real), generator.latent_dim)
    real, fake = discriminator(x_real), discriminator(generator(z).detach())
    d_loss = bce(real, ones(real)) + bce(fake, zeros(fake))
    optimizer_d.zero_grad()
    d_loss.backward()
    optimizer_d.step()
    x_fake = generator(z).detach() if detach_for_g else generator(z)
    fake = discriminator(x_fake)
    g_loss = bce(fake, ones(fake))
    optimizer_g.zero_grad()
    g_loss.backward()
    optimizer_g.step()
    return d_loss, g_loss


def pair_unmended(*players):
    return pair(*players, detach_for_g=True)


def pair_generator_first(generator, discriminator, optimizer_d, optimizer_g, x_real):
    g_loss = torch.tensor(g_right(generator, discriminator, optimizer_g, len(x_real)))
    return d_right(generator, discriminator, optimizer_d, x_real), g_loss


def pair_old_judge(generator, discriminator, optimizer_d, optimizer_g, x_real):
    x_fake = generator(torch.randn(len(x_real), generator.latent_dim))
    real, fake, judged = (discriminator(x) for x in (x_real, x_fake.detach(), x_fake))
    d_loss = bce(real, ones(real)) + bce(fake, zeros(fake))
    g_loss = bce(judged, ones(judged))
    optimizer_g.zero_grad()
    g_loss.backward()
    optimizer_d.zero_grad()
    d_loss.backward()
    optimizer_d.step()
    optimizer_g.step()
    return d_loss, g_loss


def pair_leftovers(generator, discriminator, optimizer_d, optimizer_g, x_real):
    d_loss = d_stale(generator, discriminator, optimizer_d, x_real)
    optimizer_g.zero_grad()
    fake = discriminator(generator(torch.randn(len(x_real), generator.latent_dim)))
    g_loss = bce(fake, ones(fake))
    g_loss.backward()
    optimizer_g.step()
    return d_loss, g_loss


def pair_both_move(generator, discriminator, optimizer_d, optimizer_g, x_real):
    d_loss = d_right(generator, discriminator, optimizer_d, x_real)
    optimizer_d.zero_grad()
    optimizer_g.zero_grad()
    fake = discriminator(generator(torch.randn(len(x_real), generator.latent_dim)))
    g_loss = bce(fake, ones(fake))
    g_loss.backward()
    optimizer_g.step()
    optimizer_d.step()
    return d_loss, g_loss


RIGHT = {
    "4.1": [d_right],
    "4.2": [g_right, g_plain_backward],
    "4.3": [draw(torch.randn, unit)],
    "4.4": [lambda images: torch.stack([p.std() for p in images.flatten(1).T]).mean()],
    "4.5": [pair],
}
WRONG = {
    "4.1": {
        "forgot the detach": d_no_detach,
        "labels are swapped": d_swapped,
        "applied twice": d_sigmoid,
        "summed over the batch": d_sum,
        "zero_grad is missing": d_stale,
        "never sees a real image": d_fake_only,
        "averaged the two terms": d_averaged,
        "sign is turned": d_turned,
        "did not move": d_emptied,
    },
    "4.2": {
        "saturating": g_saturating,
        "learns to be recognised": g_labelled_fake,
        "the generator has no gradient": g_detached,
        "summed over the batch": g_sum,
        "applied twice": g_sigmoid,
        "zero_grad is missing": g_stale,
        "did not move": g_no_step,
        "moved the discriminator as well": g_moves_both,
    },
    "4.3": {
        "still in [-1, 1]": draw(torch.randn, lambda x: 1.0 * x),
        "cut the negative values off": draw(torch.randn, torch.relu),
        "squeezes": draw(torch.randn, lambda x: 1 / (1 + torch.exp(-x))),
        "uniform": draw(torch.rand, unit),
        "one and the same z": draw(lambda n, d: torch.randn(d).repeat(n, 1), unit),
        "convolutional": draw(lambda n, d: torch.randn(n, d, 1, 1), unit),
    },
    "4.4": {
        "all numbers at once": lambda images: images.flatten().std(),
        "within each image": lambda images: torch.stack([i.std() for i in images]).mean(),
        "variance": lambda images: images.var(0).mean(),
        "mean brightness": lambda images: images.mean(dim=(1, 2, 3)).std(),
        "summed over the pixels": lambda images: images.std(0).flatten().sum(),
    },
    "4.5": {
        "still does not move": pair_unmended,
        "moves first": pair_generator_first,
        "as it was before its update": pair_old_judge,
        "leaves gradients in the discriminator": pair_leftovers,
        "moves twice": pair_both_move,
    },
}
