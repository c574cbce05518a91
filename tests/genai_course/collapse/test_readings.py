"""What notebook 07 reads off its samples: texts, class shares, two readings, and a texture."""

import torch
from torch import nn

from genai_course.collapse import readings as watching
from genai_course.collapse import texture
from genai_course.data.digits import load_digits_as_mnist
from genai_course.evaluation.judge import load_judge


def test_the_text_has_a_line_for_each_name_and_key_and_hides_numbers_from_comparison():
    reports = {"a": [{"x": 1.234, "y": 5}], "long": [{"x": 0.5, "y": 6}]}
    lines = watching.by_seed(reports, ["x", "y"]).splitlines()
    assert len(lines) == 4 and all(" ≈ [" in line for line in lines)
    assert lines[0].endswith("≈ [1.23]") and lines[3].split()[:2] == ["long", "y"]


def test_extremes():
    assert watching.extreme([{"k": 3}, {"k": -1}, {"k": 2}], "k") == (-1, 3)


def test_shares_are_of_the_readable_digits():
    images, labels = load_digits_as_mnist("test")
    judge = load_judge("digits")
    threes = images[labels == 3][:20]
    snapshots = torch.stack((threes, torch.rand(20, 1, 28, 28))).flatten(2)
    shares = watching.digit_shares(judge, lambda x: x.view(-1, 1, 28, 28), snapshots)
    assert shares[0].argmax() == 3 and abs(shares[0].sum() - 1) < 1e-6 and shares[0, 3] > 0.9
    assert shares[1].sum() == 0


def test_the_two_readings_tell_digits_from_noise():
    images, labels = load_digits_as_mnist("test")
    judge = load_judge("digits")
    ones = watching.two_readings(judge, images[labels == 1][:50], images)
    noise = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0)).expand(
        50, -1, -1, -1
    )
    same = watching.two_readings(judge, noise, images)
    assert ones["largest class"] > 0.8 and ones["no digit"] < 0.1 and ones["diversity"] > 0.3
    assert same["largest class"] == 1 and same["no digit"] == 1 and same["diversity"] == 0


def test_pixels_are_images_in_the_unit_interval():
    x = watching.pixels(torch.tensor([-3.0, -1.0, 0.0, 1.0]).repeat(2, 196))
    assert x.shape == (2, 1, 28, 28) and x.unique().tolist() == [0.0, 0.5, 1.0]


def decoder():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 784), nn.Unflatten(1, (1, 28, 28)))


def test_the_critic_is_frozen_and_the_climb_leaves_both_as_they_were():
    start, z, images = decoder(), torch.randn(200, 4), torch.rand(200, 1, 28, 28)
    before = [p.clone() for p in start.parameters()]
    critic = texture.brief_critic(start, z, images, num_steps=3)
    assert not any(p.requires_grad for p in critic.parameters())
    frozen = [p.clone() for p in critic.parameters()]
    state = torch.random.get_rng_state()
    seen = texture.climb(start, critic, z, (0, 2, 5))
    assert list(seen) == ["step 0", "step 2", "step 5"]
    assert torch.equal(seen["step 0"], texture.paint(start, z).detach())
    logits = [critic(x * 2 - 1).mean() for x in seen.values()]
    assert logits[0] < logits[1] < logits[2]
    assert all(map(torch.equal, before, start.parameters()))
    assert all(map(torch.equal, frozen, critic.parameters()))
    assert torch.equal(state, torch.random.get_rng_state())


def test_pictures_under_a_common_texture_are_recognised_and_copies_are_not():
    images = torch.rand(100, 1, 28, 28)
    under = 0.03 * images + torch.rand(1, 1, 28, 28)
    assert texture.still_recognised(images, under) == 1
    copies = torch.rand(1, 1, 28, 28) + 1e-3 * torch.randn(100, 1, 28, 28)
    assert texture.still_recognised(images, copies) < 0.1


def test_shares_are_of_the_digits_of_one_moment(monkeypatch):
    counts = iter(([3, 1] + [0] * 8, [0] * 10, [0, 6] + [0] * 8))
    monkeypatch.setattr(watching, "class_histogram", lambda judge, x: torch.tensor(next(counts)))
    shares = watching.digit_shares(None, lambda x: x, torch.zeros(3, 4, 2))
    assert shares.sum(dim=1).tolist() == [1, 0, 1] and shares[:, 0].tolist() == [0.75, 0, 0]


def test_a_reader_who_must_name_a_digit_never_refuses(monkeypatch):
    p = torch.zeros(4, 11)
    p[:, 10], p[:3, 7], p[3, 2] = 0.6, 0.4, 0.4  # "not a digit" everywhere, else three sevens
    monkeypatch.setattr(watching, "class_probabilities", lambda judge, images: p)
    found = watching.two_readings(None, torch.rand(4, 1, 2, 2), torch.rand(4, 1, 2, 2))
    assert found["largest class"] == 0.75 and found["no digit"] == 1


def test_a_bright_image_is_not_recognised_in_all_the_others():
    before = torch.eye(4).view(4, 1, 2, 2)
    before[0] *= 50
    before[1] += 0.6 * torch.eye(4)[0].view(1, 2, 2)
    assert texture.still_recognised(before, before) == 1
