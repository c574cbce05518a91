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


def g_right(generator, discriminator, optimizer, batch_size):
    optimizer.zero_grad()
    fake = discriminator(generator(generator.sample_prior(batch_size)))
    loss = bce(fake, ones(fake))
    loss.backward(inputs=list(generator.parameters()))
    optimizer.step()
    return loss.item()


def trouble(run, names=("readable", "spread"), either=any, since=0.75):
    """Whether one of the curves is low in its last quarter."""
    start = int(since * len(run["spread"]))
    return either(sum(run[n][start:]) / len(run[n][start:]) < 0.5 for n in names)


def doctor(a, b, ill=trouble):
    patients = [name for name, run in (("a", a), ("b", b)) if ill(run)]
    return {0: "neither", 2: "both"}.get(len(patients)) or patients[0]


def by(ill):
    return lambda a, b: doctor(a, b, ill)


SETTINGS = {"beta1", "lr", "dropout", "steps"}


def culprit(runs, dead=lambda digits: all(d < 3 for d in digits), names=SETTINGS, many=None):
    first, suspects = runs[0], []
    for run in runs[1:]:
        differing = [n for n in sorted(names) if run[n] != first[n]]
        if dead(run["digits"]) and len(differing) == 1:
            suspects += differing
    if len(suspects) > 1:
        return suspects[0] if many else "cannot tell"
    return suspects[0] if suspects else "cannot tell"


def worst(runs):
    row = sorted(runs, key=lambda run: sum(run["digits"]))[0]
    if any(d > 2 for d in row["digits"]):
        return "cannot tell"
    return next(n for n in ("beta1", "lr", "dropout", "steps") if row[n] != runs[0][n])


def the_one_left(runs):
    if culprit(runs) != "cannot tell":
        return culprit(runs)
    left = {n for n in SETTINGS if runs[-1][n] != runs[0][n]}
    for run in runs[1:]:
        changed = {n for n in SETTINGS if run[n] != runs[0][n]}
        if len(changed) == 1 and max(run["digits"]) > 2:
            left -= changed
    return left.pop() if len(left) == 1 else "cannot tell"


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
    "4.2": [doctor],
    "4.3": [draw(torch.randn, unit)],
    "4.4": [culprit],
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
        "rising generator's loss": by(lambda run: run["g_loss"].diff().sum() > 0),
        "low discriminator's loss": by(lambda run: min(run["d_loss"][-2:]) < 1),
        "only guesses": by(lambda run: bool(run["d_loss"].min() > 1.36)),
        "can be read": by(lambda run: trouble(run, names=["readable"])),
        "pictures differ": by(lambda run: trouble(run, names=["spread"])),
        "lacks both": by(lambda run: trouble(run, either=all)),
        "last snapshot alone": by(lambda run: trouble(run, since=0.9)),
        "over the whole training": by(lambda run: trouble(run, since=0)),
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
        "the worst run": worst,
        "by exclusion": the_one_left,
        "mean over the seeds": lambda runs: culprit(runs, dead=lambda d: sum(d) / 3 <= 2),
        "one collapsed seed": lambda runs: culprit(runs, dead=lambda d: any(x <= 2 for x in d)),
        "number of steps": lambda runs: culprit(runs, names=SETTINGS - {"steps"}),
        "first of several": lambda runs: culprit(runs, many=True),
    },
    "4.5": {
        "still does not move": pair_unmended,
        "moves first": pair_generator_first,
        "as it was before its update": pair_old_judge,
        "leaves gradients in the discriminator": pair_leftovers,
        "moves twice": pair_both_move,
    },
}
