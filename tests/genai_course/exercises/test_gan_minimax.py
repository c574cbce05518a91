"""Exercises 3.1 to 3.5: right answers pass, stubs are not done, each wrong answer is named."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from genai_course.exercises import gan_minimax


def right_jsd(p, q):
    m = 0.5 * (p + q)
    first = torch.where(p > 0, p * torch.log(p.clamp(min=1e-300) / m), 0.0)
    second = torch.where(q > 0, q * torch.log(q.clamp(min=1e-300) / m), 0.0)
    return 0.5 * (first.sum() + second.sum())


def jsd_with_log(log, half=0.5, mixture=0.5):
    def attempt(p, q):
        m = mixture * (p + q)
        return half * (torch.nansum(p * log(p / m)) + torch.nansum(q * log(q / m)))

    return attempt


def jsd_nan(p, q):
    m = (p + q) / 2
    return 0.5 * torch.sum(p * torch.log(p / m)) + 0.5 * torch.sum(q * torch.log(q / m))


def kl(p, q):
    return torch.nansum(torch.where(p > 0, p * torch.log(p / q), 0.0))


def ns_slope_by_autograd(logits):
    a = logits.clone().requires_grad_()
    b = logits.clone().requires_grad_()
    (saturating,) = torch.autograd.grad(F.logsigmoid(-a).sum(), a)
    (other,) = torch.autograd.grad(-F.logsigmoid(b).sum(), b)
    return saturating, other


def shares(p, q, r):
    real, fake = p * r, q * (1 - r)
    return real / (real + fake)


def bce_logits(real_logits, fake_logits):
    loss = nn.BCEWithLogitsLoss()
    return loss(real_logits, torch.ones_like(real_logits)) + loss(
        fake_logits, torch.zeros_like(fake_logits)
    )


def suspicious(real_logits, fake_logits):
    return bce_logits(real_logits.sigmoid(), fake_logits.sigmoid())


def joined(real_logits, fake_logits):
    """The learner keeps the shape of the faulty function and drops only the sigmoid."""
    labels = torch.cat([torch.ones_like(real_logits), torch.zeros_like(fake_logits)])
    return 2 * F.binary_cross_entropy_with_logits(torch.cat([real_logits, fake_logits]), labels)


def swapped(real_logits, fake_logits):
    return bce_logits(fake_logits, real_logits)


def label_swapped(real_logits, fake_logits):
    loss = nn.BCEWithLogitsLoss()
    return loss(real_logits, torch.zeros_like(real_logits)) + loss(
        fake_logits, torch.ones_like(fake_logits)
    )


def summed(real_logits, fake_logits):
    return F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()


def logs(real_logits, fake_logits):
    d_real, d_fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return -(torch.log(d_real).mean() + torch.log(1 - d_fake).mean())


def with_bceloss(real_logits, fake_logits):
    loss = nn.BCELoss()
    d_real, d_fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return loss(d_real, torch.ones_like(d_real)) + loss(d_fake, torch.zeros_like(d_fake))


RIGHT = [
    (gan_minimax.JSD, right_jsd),
    (gan_minimax.SLOPES, lambda a: (-1 / (1 + torch.exp(-a)), -1 / (1 + torch.exp(a)))),
    (gan_minimax.UNEQUAL_SHARES, shares),
    (gan_minimax.KL_LOSS, lambda a: torch.mean(-a)),
    (gan_minimax.KL_LOSS, lambda a: (F.softplus(-a) - F.softplus(a)).mean()),
    (gan_minimax.KL_LOSS, lambda a: (torch.log(1 - a.sigmoid()) - torch.log(a.sigmoid())).mean()),
    (gan_minimax.MENDED_LOSS, bce_logits),
    (gan_minimax.MENDED_LOSS, joined),
    (gan_minimax.MENDED_LOSS, lambda r, f: -F.logsigmoid(r).mean() - F.logsigmoid(-f).mean()),
]

WRONG = [
    (gan_minimax.JSD, jsd_with_log(torch.log, half=1.0), "a half is missing"),
    (gan_minimax.JSD, kl, "not JSD"),
    (gan_minimax.JSD, lambda p, q: 0.5 * kl(p, q) + 0.5 * kl(q, p), "mixture is forgotten"),
    (gan_minimax.JSD, jsd_with_log(torch.log2), "in bits"),
    (gan_minimax.JSD, jsd_with_log(torch.log, mixture=1.0), "not halved"),
    (gan_minimax.JSD, jsd_nan, "gives NaN"),
    (gan_minimax.SLOPES, lambda a: (a.sigmoid() - 1, -a.sigmoid()), "swapped"),
    (gan_minimax.SLOPES, lambda a: (a.sigmoid(), 1 - a.sigmoid()), "both signs"),
    (gan_minimax.SLOPES, lambda a: (-1 / (1 - a.sigmoid()), -1 / a.sigmoid()), "slopes in D"),
    (
        gan_minimax.SLOPES,
        lambda a: (-a.sigmoid() * (-a).sigmoid(), -a.sigmoid() * (-a).sigmoid()),
        "logarithm is forgotten",
    ),
    (gan_minimax.SLOPES, lambda a: tuple(s / 5 for s in ns_slope_by_autograd(a)), "of the mean"),
    (gan_minimax.UNEQUAL_SHARES, lambda p, q, r: p / (p + q), "not used"),
    (gan_minimax.UNEQUAL_SHARES, lambda p, q, r: shares(p, q, 1 - r), "shares are swapped"),
    (gan_minimax.UNEQUAL_SHARES, lambda p, q, r: r * p / (p + q), "only the numerator"),
    (gan_minimax.UNEQUAL_SHARES, lambda p, q, r: r * p / (q - r * q), "odds"),
    (gan_minimax.UNEQUAL_SHARES, lambda p, q, r: 1 - shares(p, q, r), "sample is fake"),
    (gan_minimax.KL_LOSS, lambda a: -a.sigmoid().log().mean(), "non-saturating loss"),
    (gan_minimax.KL_LOSS, lambda a: (1 - a.sigmoid()).log().mean(), "the saturating loss"),
    (gan_minimax.KL_LOSS, lambda a: (F.softplus(-a) + F.softplus(a)).mean(), "4 JSD"),
    (gan_minimax.KL_LOSS, lambda a: a.mean(), "sign is wrong"),
    (gan_minimax.KL_LOSS, lambda a: -a.sum(), "sum over the batch"),
    (gan_minimax.KL_LOSS, lambda a: -a.sigmoid().mean(), "mean of -D"),
    (gan_minimax.MENDED_LOSS, suspicious, "applied twice"),
    (gan_minimax.MENDED_LOSS, label_swapped, "labels are swapped"),
    (gan_minimax.MENDED_LOSS, lambda r, f: -bce_logits(r, f), "this is V"),
    (gan_minimax.MENDED_LOSS, summed, "summed, not averaged"),
    (gan_minimax.MENDED_LOSS, lambda r, f: 0.5 * bce_logits(r, f), "halved"),
    (gan_minimax.MENDED_LOSS, logs, "infinite"),
    (gan_minimax.MENDED_LOSS, with_bceloss, "cut at 100"),
    (gan_minimax.MENDED_LOSS, lambda r, f: -F.logsigmoid(r).mean(), "only real"),
]


@pytest.mark.parametrize("exercise, attempt", RIGHT)
def test_right_answers_pass(exercise, attempt):
    assert exercise.verdict(attempt) == f"✓ Exercise {exercise.number}: {exercise.praise}."


@pytest.mark.parametrize("exercise", gan_minimax.EXERCISES, ids=lambda e: e.number)
def test_reference_passes_and_stub_is_not_done(exercise):
    assert exercise.verdict(exercise.reference).startswith("✓")
    stub = lambda *arguments: None  # noqa: E731
    assert exercise.verdict(stub) == f"Exercise {exercise.number}: not done yet."


@pytest.mark.parametrize("exercise, attempt, name", WRONG)
def test_every_wrong_answer_is_named(exercise, attempt, name):
    verdict = exercise.verdict(attempt)
    assert verdict.startswith("✗") and name in verdict and "Hint: " in verdict
    assert len(exercise.verdict(attempt, hint=1)) > len(verdict)


def test_each_exercise_has_four_wrong_answers_and_they_cover_every_sentence():
    for exercise in gan_minimax.EXERCISES:
        verdicts = {e.verdict(a).split(" Hint:")[0] for e, a, _ in WRONG if e is exercise}
        assert len(verdicts) == len(exercise.mistakes) >= 4


def test_unknown_errors_are_compared_plainly():
    assert "wanted" in gan_minimax.JSD.verdict(lambda p, q: torch.tensor(3.0))
    assert "shape" in gan_minimax.UNEQUAL_SHARES.verdict(lambda p, q, r: shares(p, q, r).sum())
    swapped_arguments = gan_minimax.MENDED_LOSS.verdict(swapped)
    assert swapped_arguments.startswith("✗")
    assert "your function takes (p)" in gan_minimax.JSD.verdict(lambda p: p)


def test_checks_print_one_line(capsys):
    for check, attempt in (
        (gan_minimax.check_jsd, right_jsd),
        (gan_minimax.check_slopes, lambda a: None),
        (gan_minimax.check_unequal_shares, shares),
        (gan_minimax.check_kl_loss, lambda a: a.mean()),
        (gan_minimax.check_mended_loss, suspicious),
    ):
        check(attempt)
        assert capsys.readouterr().out.count("\n") == 1
