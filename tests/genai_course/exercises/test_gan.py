"""Exercises of notebook 04: the reference passes, the stub does not, each wrong answer is named."""

import pytest
import torch
from exercise_bank import assert_named, assert_right, assert_stub
from torch.nn import functional as F

from genai_course.exercises import gan as exercise

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
    "4.1": d_right,
    "4.2": g_right,
    "4.3": draw(torch.randn, unit),
    "4.4": lambda images: torch.stack([p.std() for p in images.flatten(1).T]).mean(),
    "4.5": pair,
}

WRONG = [
    ("4.1", d_no_detach, "forgot the detach"),
    ("4.1", d_swapped, "labels are swapped"),
    ("4.1", d_sigmoid, "applied twice"),
    ("4.1", d_sum, "summed over the batch"),
    ("4.1", d_stale, "zero_grad is missing"),
    ("4.1", d_fake_only, "never sees a real image"),
    ("4.1", d_averaged, "averaged the two terms"),
    ("4.1", d_turned, "sign is turned"),
    ("4.1", d_emptied, "did not move"),
    ("4.2", g_saturating, "saturating"),
    ("4.2", g_labelled_fake, "learns to be recognised"),
    ("4.2", g_detached, "the generator has no gradient"),
    ("4.2", g_sum, "summed over the batch"),
    ("4.2", g_sigmoid, "applied twice"),
    ("4.2", g_stale, "zero_grad is missing"),
    ("4.2", g_no_step, "did not move"),
    ("4.2", g_moves_both, "moved the discriminator as well"),
    ("4.3", draw(torch.randn, lambda x: 1.0 * x), "still in [-1, 1]"),
    ("4.3", draw(torch.randn, torch.relu), "cut the negative values off"),
    ("4.3", draw(torch.randn, lambda x: 1 / (1 + torch.exp(-x))), "squeezes"),
    ("4.3", draw(torch.rand, unit), "uniform"),
    ("4.3", draw(lambda n, d: torch.randn(d).repeat(n, 1), unit), "one and the same z"),
    ("4.3", draw(lambda n, d: torch.randn(n, d, 1, 1), unit), "convolutional"),
    ("4.4", lambda images: images.flatten().std(), "all numbers at once"),
    ("4.4", lambda images: torch.stack([i.std() for i in images]).mean(), "within each image"),
    ("4.4", lambda images: images.var(0).mean(), "variance"),
    ("4.4", lambda images: images.mean(dim=(1, 2, 3)).std(), "mean brightness"),
    ("4.4", lambda images: images.std(0).flatten().sum(), "summed over the pixels"),
    ("4.5", pair_unmended, "still does not move"),
    ("4.5", pair_generator_first, "moves first"),
    ("4.5", pair_old_judge, "as it was before its update"),
    ("4.5", pair_leftovers, "leaves gradients in the discriminator"),
    ("4.5", pair_both_move, "moves twice"),
]
BY_NUMBER = {item.number: item for item in exercise.EXERCISES}


@pytest.mark.parametrize("number", BY_NUMBER)
def test_a_right_answer_passes(number):
    assert_right(BY_NUMBER[number], RIGHT[number])


@pytest.mark.parametrize("number", BY_NUMBER)
def test_the_reference_passes(number):
    assert BY_NUMBER[number].verdict(BY_NUMBER[number].reference).startswith("✓")


@pytest.mark.parametrize("number", BY_NUMBER)
def test_the_stub_is_not_done_yet(number):
    assert_stub(BY_NUMBER[number])


@pytest.mark.parametrize(("number", "attempt", "naming"), WRONG)
def test_a_wrong_answer_is_named(number, attempt, naming):
    assert_named(BY_NUMBER[number], attempt, naming)


def test_every_exercise_has_at_least_four_wrong_answers():
    for number, item in BY_NUMBER.items():
        assert len(item.mistakes) >= 4
        assert sum(wrong[0] == number for wrong in WRONG) >= 4


def test_checking_draws_nothing_from_the_global_random_numbers():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    for number, item in BY_NUMBER.items():
        item.verdict(RIGHT[number])
    assert torch.equal(torch.rand(3), expected)


def test_a_plain_backward_in_the_generators_step_is_right_too():
    def plain(generator, discriminator, optimizer, batch_size):
        optimizer.zero_grad()
        fake = discriminator(generator(generator.sample_prior(batch_size)))
        loss = bce(fake, ones(fake))
        loss.backward()
        optimizer.step()
        return loss

    assert exercise.GENERATOR_STEP.verdict(plain).startswith("✓")


def test_the_check_functions_print_the_verdict(capsys):
    exercise.check_discriminator_step(RIGHT["4.1"])
    exercise.check_generator_step(RIGHT["4.2"])
    exercise.check_draw_images(RIGHT["4.3"])
    exercise.check_spread(RIGHT["4.4"])
    exercise.check_find_the_bug(RIGHT["4.5"])
    lines = capsys.readouterr().out.splitlines()
    assert [line[:14] for line in lines] == [f"✓ Exercise 4.{i}" for i in range(1, 6)]
