"""What `fit` is given by mistake: one sentence each, before anything is trained or written."""

import numpy as np
import pytest
import torch
from small_training import IMAGES, Game
from torch.utils.data import DataLoader, TensorDataset

from genai_course.collapse.code_space import train_code_space
from genai_course.collapse.fixes import TOO_FAST
from genai_course.collapse.game import train_ensemble
from genai_course.collapse.problems import ring
from genai_course.conditional.networks import ConditionalVAE
from genai_course.conditional.training import train_gan, train_vae
from genai_course.training import fit
from genai_course.training.resuming import Checkpoint

LABELS = torch.arange(len(IMAGES))
PAIR = TensorDataset(IMAGES, LABELS)

# Case: what is given instead, the kind of error, what the sentence says of it.
GIVEN = {
    "no step": ({"step": None}, TypeError, "step is None, wanted a function"),
    "a number as step": ({"step": 3}, TypeError, "step is an int 3, wanted a function"),
    "a loader": ({"images": DataLoader(PAIR)}, TypeError, "are a DataLoader, .* shuffles it and"),
    "a data set": ({"images": PAIR}, TypeError, "are a TensorDataset, wanted one tensor"),
    "a list": ({"images": list(IMAGES)}, TypeError, "are a list of 48, .* torch.stack"),
    "an array": ({"images": IMAGES.numpy()}, TypeError, "are an ndarray, .* torch.as_tensor"),
    "a pair": ({"images": (IMAGES, LABELS)}, TypeError, "are a tuple of 2, .*arange.len.x"),
    "nothing": ({"images": None}, TypeError, "are None, wanted one tensor"),
    "one number": ({"images": torch.tensor(1.0)}, ValueError, r"shape \(\), wanted \(N, "),
    "no images": ({"images": IMAGES[:0]}, ValueError, r"shape \(0, 6\), wanted .*N above 0"),
    "no epochs": ({"num_epochs": 0}, ValueError, "num_epochs is 0, wanted an integer from 1 on"),
    "epochs below 0": ({"num_epochs": -2}, ValueError, "num_epochs is -2, wanted"),
    "half an epoch": ({"num_epochs": 0.5}, TypeError, "num_epochs is a float 0.5, wanted an int"),
    "epochs unset": ({"num_epochs": None}, TypeError, "num_epochs is None, wanted"),
    "batches of 0": ({"batch_size": 0}, ValueError, "batch_size is 0, wanted .* from 1 to 48"),
    "batches below 0": ({"batch_size": -8}, ValueError, "batch_size is -8, wanted"),
    "too large": ({"batch_size": 49}, ValueError, "is 49, .* from 1 to 48, the number of images"),
    "batches of a float": ({"batch_size": 8.0}, TypeError, "batch_size is a float 8.0, wanted"),
    "batches of a word": ({"batch_size": "8"}, TypeError, "batch_size is a str '8', wanted an int"),
    "no seed": ({"seed": None}, TypeError, "seed is None, wanted an integer"),
    "half a seed": ({"seed": 0.5}, TypeError, "seed is a float 0.5, wanted an integer"),
    "a word as seed": ({"seed": "0"}, TypeError, "seed is a str '0', wanted an integer"),
    "a seed too large": ({"seed": 2**64}, ValueError, "seed is 18446744073709551616, wanted"),
    "a path": ({"checkpoint": "run.pt"}, TypeError, "is a str 'run.pt', wanted a Checkpoint, "),
    "no checkpoint": ({"checkpoint": False}, TypeError, "checkpoint is a bool False, wanted a Ch"),
}


@pytest.mark.parametrize("name", GIVEN)
def test_what_fit_cannot_train_with_is_refused_before_anything_happens(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    change, kind, words = GIVEN[name]
    game = Game()
    usual = {"step": game.step, "images": IMAGES, "num_epochs": 1, "batch_size": 8, "seed": 0}
    usual["checkpoint"] = Checkpoint("game.pt", **game.parts())
    before = game.digest({})
    with pytest.raises(kind, match=words) as error:
        fit(**usual | change)
    sentence(error)
    assert game.calls == 0 and game.digest({}) == before and not [*tmp_path.iterdir()]


def sentence(error):
    text = str(error.value)
    assert "\n" not in text and 20 < len(text) < 200 and "wanted" in text, text
    assert "Traceback" not in text


RETURNED = {
    "nothing": (lambda x: None, "returned None, wanted a dict"),
    "a tensor": (lambda x: x.mean(), "returned a Tensor, wanted a dict"),
    "a float": (lambda x: 0.5, "returned a float 0.5, wanted a dict"),
    "a tuple": (lambda x: (x.mean(), x.std()), "returned a tuple of 2, wanted a dict"),
    "a vector": (lambda x: {"loss": x.mean(dim=1)}, r"'loss' is of shape \(8,\), wanted one numb"),
    "a row": (lambda x: {"loss": x.mean().view(1)}, r"'loss' is of shape \(1,\), .* mean or its s"),
    "a word": (lambda x: {"loss": "low"}, "'loss' is a str 'low', wanted one number"),
    "a list in it": (lambda x: {"loss": [1.0]}, "'loss' is a list of 1, wanted one number"),
    "nothing in it": (lambda x: {"loss": None}, "'loss' is None, wanted one number"),
    "a dict in it": (lambda x: {"loss": {"a": 1}}, "'loss' is a dict, wanted one number"),
}


@pytest.mark.parametrize("name", RETURNED)
def test_what_a_step_must_not_return_is_told_after_the_first_one(name):
    returned, words = RETURNED[name]
    calls = []
    with pytest.raises((TypeError, ValueError), match=words) as error:
        fit(lambda x: calls.append(1) or returned(x), IMAGES, num_epochs=1, batch_size=8)
    sentence(error)
    assert len(calls) == 1


NUMBERS = {"float": 0.25, "int": 2, "float32": np.float32(0.25), "float64": np.float64(0.25)}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_step_may_return_plain_numbers(name, tmp_path):
    value, network = NUMBERS[name], torch.nn.Linear(1, 1)
    kept = {"checkpoint": Checkpoint(tmp_path / "run.pt", network=network, every=2)}
    for options in ({}, kept, kept):
        history = fit(
            lambda x: {"a": value, "b": x.mean()}, IMAGES, num_epochs=1, batch_size=8, **options
        )
        assert history["a"].tolist() == [float(value)] * 6 and len(history["b"]) == 6
        assert history["a"].dtype == torch.float32


def test_a_float_that_is_not_finite_stops_as_a_tensor_does():
    with pytest.raises(FloatingPointError, match="loss is nan at step 1"):
        fit(lambda x: {"loss": float("nan")}, IMAGES, num_epochs=1, batch_size=8)


def test_whatever_counts_as_an_integer_will_do(tmp_path):
    game = Game()
    three, eight = np.int64(3), np.int32(8)
    game.fit(tmp_path / "game.pt", num_epochs=three, batch_size=eight, seed=np.int64(0))
    again = Game(weights_seed=3)
    history = again.fit(tmp_path / "game.pt", num_epochs=3, batch_size=8, seed=0)
    assert again.calls == 0 and len(history["generator_loss"]) == 18


# ---- the other functions that train ----

IMAGES_28 = torch.rand(20, 1, 28, 28, generator=torch.Generator().manual_seed(0))
VAE = ConditionalVAE(hidden=4)
OTHERS = {
    "VAE without steps": (
        lambda: train_vae(VAE, IMAGES_28, IMAGES_28[:, 0, 0, :10], 0),
        "num_steps is 0, wanted an integer from 1 on",
    ),
    "VAE without a batch": (
        lambda: train_vae(VAE, IMAGES_28, IMAGES_28[:, 0, 0, :10], 2, batch_size=0),
        "batch_size is 0, wanted an integer from 1 on",
    ),
    "half a step": (
        lambda: train_gan([VAE] * 3, IMAGES_28, LABELS[:20], 0.5),
        "num_steps is a float 0.5, wanted",
    ),
    "codes without steps": (
        lambda: train_code_space(IMAGES_28, num_steps=0),
        "num_steps is 0, wanted an integer from 1 on",
    ),
    "codes of a word": (
        lambda: train_code_space(IMAGES_28, num_steps=1, seed="0"),
        "seed is a str '0', wanted an integer",
    ),
    "one seed": (lambda: ensemble(3), "seeds are an int 3, wanted a list of integers"),
    "no seeds": (lambda: ensemble([]), "seeds are a list of 0, wanted"),
    "half seeds": (lambda: ensemble([0, 0.5]), "seed is a float 0.5, wanted an integer"),
    "words as seeds": (lambda: ensemble("01"), "seed is a str '0', wanted an integer"),
}


def ensemble(seeds):
    return train_ensemble(TOO_FAST, ring(), seeds, 1, num_samples=2)


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_functions_refuse_wrong_numbers_in_one_sentence(name):
    attempt, words = OTHERS[name]
    with pytest.raises((TypeError, ValueError), match=words) as error:
        attempt()
    sentence(error)
