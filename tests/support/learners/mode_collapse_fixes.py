"""Answers that learners may hand in to the exercises of notebook 08, right and wrong."""

import itertools

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


def fair(ours, plain, about, overlook=(), must_differ=True, apart=True):
    for name, value in plain.items():
        if name not in (about, "tuned_on", *overlook) and ours[name] != value:
            return False
    if must_differ and ours[about] == plain[about]:
        return False
    return not apart or not any(s in run["tuned_on"] for run in (ours, plain) for s in run["seeds"])


def tuned_on_the_same(ours, plain, about):
    return fair(ours, plain, about) and ours["tuned_on"] == plain["tuned_on"]


def shown(ours, plain, tried, far=None, charge=True):
    far = far or (lambda gap, seen: abs(gap) > abs(seen) - 1e-6)
    numbers = torch.tensor([*ours, *plain], dtype=torch.double)
    deals = torch.tensor(list(itertools.combinations(range(len(numbers)), len(ours))))
    mine = numbers[deals].sum(1)
    gaps = (mine / len(ours) - (numbers.sum() - mine) / len(plain)).tolist()
    share = sum(far(gap, gaps[0]) for gap in gaps) / len(gaps)
    return share * (tried if charge else 1) <= 0.05


RIGHT = {
    "8.1": [gp_right],
    "8.2": [fair],
    "8.3": [pack_right],
    "8.4": [augmented(True, True, True)],
    "8.5": [shown],
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
        "refuse every comparison": lambda ours, plain, about: plain == ours,
        "overlook a second difference": lambda *runs: fair(*runs, overlook=("penalty", "rates")),
        "tuned much harder": lambda *runs: fair(*runs, overlook=("settings_tried",)),
        "seeds that it was tuned on": lambda *runs: fair(*runs, apart=False),
        "on different seeds": lambda *runs: fair(*runs, overlook=("seeds",)),
        "trained for longer": lambda *runs: fair(*runs, overlook=("steps",)),
        "does not change what it is about": lambda *runs: fair(*runs, must_differ=False),
        "fresh ones are as good": tuned_on_the_same,
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
        "every difference of means": lambda ours, plain, tried: (
            torch.tensor(ours).float().mean().item() != torch.tensor(plain).float().mean().item()
        ),
        "how many methods were tried": lambda *them: shown(*them, charge=False),
        "one side only": lambda *them: shown(*them, far=lambda gap, seen: gap > seen - 1e-6),
        "the split that was observed": lambda *them: shown(
            *them, far=lambda gap, seen: abs(gap) > abs(seen) + 1e-6
        ),
        "do not overlap": lambda ours, plain, tried: (
            not (min(ours) <= max(plain) and min(plain) <= max(ours))
        ),
    },
}
