"""The three losses against their textbook forms, and where the textbook forms fail."""

import math

import pytest
import torch

from genai_course.gan.losses import discriminator_loss, generator_loss, saturating_generator_loss


@pytest.fixture
def logits():
    generator = torch.Generator().manual_seed(0)
    draw = lambda n: torch.randn(n, 1, generator=generator, dtype=torch.float64) * 3  # noqa: E731
    return draw(5), draw(7)


def test_they_are_the_logarithms_of_the_sigmoid(logits):
    real, fake = logits
    d_real, d_fake = torch.sigmoid(real), torch.sigmoid(fake)
    value = d_real.log().mean() + (1 - d_fake).log().mean()
    torch.testing.assert_close(discriminator_loss(real, fake), -value)
    torch.testing.assert_close(generator_loss(fake), -d_fake.log().mean())
    torch.testing.assert_close(saturating_generator_loss(fake), (1 - d_fake).log().mean())


def test_signs_and_the_number_to_know():
    zeros = torch.zeros(4, 1)
    assert discriminator_loss(zeros, zeros).item() == pytest.approx(math.log(4))
    assert generator_loss(zeros).item() == pytest.approx(math.log(2))
    assert saturating_generator_loss(zeros).item() == pytest.approx(-math.log(2))
    good = discriminator_loss(torch.full((4, 1), 5.0), torch.full((4, 1), -5.0))
    assert good < 0.02 < discriminator_loss(torch.full((4, 1), -5.0), torch.full((4, 1), 5.0))


@pytest.mark.parametrize("a", [-10.0, -1.0, 0.0, 2.0, 10.0])
def test_slopes_in_the_logit(a):
    sigma = 1 / (1 + math.exp(-a))
    for loss, slope in ((generator_loss, -(1 - sigma)), (saturating_generator_loss, -sigma)):
        logit = torch.tensor([[a]], dtype=torch.float64, requires_grad=True)
        loss(logit).backward()
        assert logit.grad.item() == pytest.approx(slope, rel=1e-9)


@pytest.mark.parametrize("a", [-200.0, 200.0])
def test_extreme_logits_keep_value_and_gradient(a):
    real = torch.tensor([[-abs(a)]], requires_grad=True)
    fake = torch.tensor([[abs(a)]], requires_grad=True)
    loss = discriminator_loss(real, fake)
    loss.backward()
    assert loss.item() == pytest.approx(400.0)
    assert real.grad.item() == -1.0 and fake.grad.item() == 1.0


def test_means_not_sums_and_batches_of_different_size():
    real, fake = torch.full((3, 1), 1.0), torch.full((8, 1), -2.0)
    once = discriminator_loss(real[:1], fake[:1])
    torch.testing.assert_close(discriminator_loss(real, fake), once)
    assert discriminator_loss(real, fake).shape == ()
    assert generator_loss(fake[:, 0]) == generator_loss(fake)


@pytest.mark.parametrize("shape", [(), (3, 2), (2, 1, 1), (0, 1), (0,)])
def test_wrong_shapes_are_named(shape):
    good, bad = torch.zeros(3, 1), torch.zeros(shape)
    for call in (
        lambda: generator_loss(bad),
        lambda: saturating_generator_loss(bad),
        lambda: discriminator_loss(good, bad),
        lambda: discriminator_loss(bad, good),
    ):
        with pytest.raises(ValueError, match="one logit a sample"):
            call()
