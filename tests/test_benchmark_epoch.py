"""The epoch benchmark compares like with like, and prints what it measured."""

import pytest
import torch
from torch.nn import functional as F

from genai_course.vae.losses import elbo
from genai_course.vae.networks import VAE


@pytest.fixture(scope="module")
def epoch(load_benchmark):
    return load_benchmark("epoch")


def test_both_loops_minimise_the_same_loss():
    torch.manual_seed(0)
    x = torch.rand(4, 1, 28, 28)
    logits, mu, logvar = VAE()(x)
    recon = F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="sum")
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    assert torch.allclose((recon + kl) / 4, -elbo(logits, x, mu, logvar).mean(), rtol=1e-5)


def test_the_tutorial_data_set_gives_back_the_pixels(epoch):
    images = torch.randint(0, 256, (3, 1, 28, 28)) / 255
    data = epoch.PictureFolder(images, epoch.transforms.ToTensor())
    assert len(data) == 3
    assert torch.allclose(data[2][0], images[2])


def test_variants_take_turns(epoch):
    calls = []
    variants = {name: (lambda name=name: calls.append(name)) for name in ("a", "b")}
    seconds = epoch.compare(variants, rounds=2, count=3, device=torch.device("cpu"))
    turns = calls[10:]  # after the warm-up
    assert turns == ["a"] * 3 + ["b"] * 3 + ["a"] * 3 + ["b"] * 3
    assert {name: len(values) for name, values in seconds.items()} == {"a": 2, "b": 2}


def test_the_ratio_is_tutorial_over_course(epoch, capsys):
    seconds = {"tutorial": [4.0, 6.0, 9.0], "course": [2.0, 2.0, 3.0]}
    assert epoch.report("VAE", seconds, count=10, batches_in_epoch=100) == 3.0
    assert "3.00x" in capsys.readouterr().out


def test_a_missed_target_is_told_by_the_exit_code(epoch, monkeypatch, capsys):
    monkeypatch.setattr(epoch, "TARGETS", {"VAE": 1e9, "GAN": 0.0})
    monkeypatch.setenv("GENAI_COURSE_DATASET", "digits")
    assert epoch.main(["--rounds", "1", "--batches", "1"]) == 1
    printed = capsys.readouterr().out
    assert printed.count("MISSED") == 1 and printed.count(": met") == 1
