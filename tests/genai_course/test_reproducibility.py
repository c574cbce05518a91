"""The same seed gives the same random numbers; the device is chosen, or named by the user."""

import random

import numpy as np
import pytest
import torch

from genai_course.reproducibility import choose_device, seed_everything


def draw():
    return random.random(), np.random.rand(), torch.rand(3).tolist()


def test_the_same_seed_gives_the_same_numbers_everywhere():
    seed_everything(3)
    first = draw()
    seed_everything(3)
    assert draw() == first
    seed_everything(4)
    assert all(a != b for a, b in zip(draw(), first, strict=True))


def test_the_shift_is_added_to_every_seed(monkeypatch):
    seed_everything(1003)
    first = draw()
    monkeypatch.setenv("GENAI_COURSE_SEED_SHIFT", "1000")
    seed_everything(3)
    assert draw() == first
    monkeypatch.setenv("GENAI_COURSE_SEED_SHIFT", "many")
    with pytest.raises(ValueError, match="GENAI_COURSE_SEED_SHIFT is 'many', wanted an integer"):
        seed_everything(3)


def test_a_training_run_is_repeated_to_the_bit():
    def train():
        seed_everything(0)
        network = torch.nn.Sequential(
            torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)
        )
        optimizer = torch.optim.Adam(network.parameters())
        for _ in range(20):
            optimizer.zero_grad()
            network(torch.randn(32, 8)).square().mean().backward()
            optimizer.step()
        return torch.cat([p.detach().flatten() for p in network.parameters()])

    assert torch.equal(train(), train())


@pytest.mark.parametrize(("gpu", "expected"), [(True, "cuda"), (False, "cpu")])
def test_a_gpu_is_taken_where_there_is_one(monkeypatch, gpu, expected):
    monkeypatch.delenv("GENAI_COURSE_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    assert choose_device().type == expected


def test_the_user_may_name_the_device(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("GENAI_COURSE_DEVICE", "cpu")
    assert choose_device() == torch.device("cpu")
    monkeypatch.setenv("GENAI_COURSE_DEVICE", " CPU:0 ")
    assert choose_device() == torch.device("cpu:0")
