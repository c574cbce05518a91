"""Answers that learners may hand in to the exercises of notebook 08, right and wrong."""

import torch
from torch.nn import functional as F

bce = F.binary_cross_entropy_with_logits


def slope_at(critic, x, **options):
    x = x.clone().detach().requires_grad_(True)
    return torch.autograd.grad(outputs=critic(x), inputs=x,
                               grad_outputs=torch.ones(len(x), 1), **options)[0]  # fmt: skip


def gp_right(critic, x_real, x_fake, mix):
    slope = slope_at(critic, x_fake + mix * (x_real - x_fake), create_graph=True)
    return ((torch.sqrt((slope**2).sum(1)) - 1) ** 2).mean()


def gp_on_real(critic, x_real, x_fake, mix):
    slope = slope_at(critic, x_real, create_graph=True)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


def gp_one_mix(critic, x_real, x_fake, mix):
    a = mix[0].item()
    slope = slope_at(critic, a * x_real + (1 - a) * x_fake, create_graph=True)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


def gp_no_root(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return (((slope**2).sum(1) - 1) ** 2).mean()


def gp_wrong_axis(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return ((slope.norm(2, dim=0) - 1) ** 2).mean()


def gp_whole_batch(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return (slope.norm() - 1) ** 2


def gp_no_graph(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


def gp_target_zero(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return (slope**2).sum(1).mean()


def gp_one_sided(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return F.relu(slope.norm(2, dim=1) - 1).square().mean()


def ls(a, b, c, halves=(0.5, 0.5), squeeze=False, reduce=torch.mean):
    def attempt(real, fake):
        if squeeze:
            real, fake = 1 / (1 + torch.exp(-real)), 1 / (1 + torch.exp(-fake))
        d_loss = halves[0] * (reduce((real - b) ** 2) + reduce((fake - a) ** 2))
        return d_loss, halves[1] * reduce((fake - c) ** 2)

    return attempt


def pack_loss(real, fake):
    return bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))


def in_order(x, pack):
    return torch.stack([x[i : i + pack].reshape(-1) for i in range(0, len(x), pack)])


def pack_right(d, x_real, x_fake, pack):
    return pack_loss(d(in_order(x_real, pack)), d(in_order(x_fake, pack)))


def pack_mixed(d, x_real, x_fake, pack):
    a = torch.zeros_like(x_real)
    b = torch.zeros_like(x_real)
    a[0::2], a[1::2] = x_real[: len(a) // 2], x_fake[: len(a) // 2]
    b[0::2], b[1::2] = x_fake[: len(a) // 2], x_real[: len(a) // 2]
    return pack_loss(d(in_order(a, pack)), d(in_order(b, pack)))


def pack_transposed(d, x_real, x_fake, pack):
    width = pack * x_real.shape[1]
    return pack_loss(d(x_real.t().reshape(-1, width)), d(x_fake.t().reshape(-1, width)))


def pack_copies(d, x_real, x_fake, pack):
    return pack_loss(d(torch.cat([x_real] * pack, 1)), d(torch.cat([x_fake] * pack, 1)))


def pack_swapped(d, x_real, x_fake, pack):
    return pack_loss(d(in_order(x_fake, pack)), d(in_order(x_real, pack)))


def pack_not(d, x_real, x_fake, pack):
    return pack_loss(d(x_real), d(x_fake))


def augmented(change_real, change_fake_d, change_fake_g, stop=True, cut=False):
    def attempt(d, x_real, x_fake, augment):
        real = augment(x_real) if change_real else x_real
        for_d = x_fake.detach() if stop else x_fake
        fake = augment(for_d) if change_fake_d else for_d
        shown = augment(x_fake) if change_fake_g else x_fake
        if cut:
            shown = shown.detach()
        d_loss = pack_loss(d(real), d(fake))
        fooled = d(shown)
        return d_loss, bce(fooled, torch.ones_like(fooled))

    return attempt


def held(expression):
    def attempt(multiplier, real, fake, rho):
        return expression(multiplier, real, fake, rho)

    return attempt


def second(x):
    return (x * x).mean()


RIGHT = {
    "8.1": [gp_right],
    "8.2": [ls(0, 1, 1)],
    "8.3": [pack_right],
    "8.4": [augmented(True, True, True)],
    "8.5": [held(lambda m, r, f, rho: m + rho * ((second(r) + second(f)) / 2 - 1))],
}
WRONG = {
    "8.1": {
        "real images only": gp_on_real,
        "one and the same number": gp_one_mix,
        "square root is missing": gp_no_root,
        "over the samples instead of the coordinates": gp_wrong_axis,
        "one norm of the whole batch": gp_whole_batch,
        "a mere number": gp_no_graph,
        "target is 0": gp_target_zero,
        "only slopes above 1": gp_one_sided,
    },
    "8.2": {
        "the labels -1, 1, 0": ls(-1, 1, 0),
        "wants the label 0": ls(0, 1, 0),
        "real and fake are swapped": ls(1, 0, 0),
        "wants 1/2": ls(0, 1, 0.5),
        "through a sigmoid": ls(0, 1, 1, squeeze=True),
        "halves are missing": ls(0, 1, 1, halves=(1, 1)),
        "summed over the batch": ls(0, 1, 1, reduce=torch.sum),
    },
    "8.3": {
        "mixed real and fake points": pack_mixed,
        "coordinates of many points": pack_transposed,
        "every pack holds one point three times": pack_copies,
        "swapped in the loss": pack_swapped,
        "did not pack": pack_not,
    },
    "8.4": {
        "leaks": augmented(True, False, False),
        "not in its own": augmented(True, True, False),
        "only the generated images": augmented(False, True, True),
        "a detach is missing": augmented(True, True, True, stop=False),
        "no gradient reaches": augmented(True, True, True, cut=True),
        "plain GAN": augmented(False, False, False),
    },
    "8.5": {
        "the wrong way": held(lambda m, r, f, rho: m - rho * ((second(r) + second(f)) / 2 - 1)),
        "its half": held(lambda m, r, f, rho: m + rho * (second(r) + second(f) - 1)),
        "use variances": held(
            lambda m, r, f, rho: m + rho * ((r.var(correction=0) + f.var(correction=0)) / 2 - 1)
        ),
        "forgets what it was": held(
            lambda m, r, f, rho: rho * ((second(r) + second(f)) / 2 - 1).reshape(1)
        ),
        "to 0": held(lambda m, r, f, rho: m + rho * (second(r) + second(f)) / 2),
    },
}
