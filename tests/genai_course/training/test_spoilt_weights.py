"""Files that are not what they should be, given to everything that loads weights.

Each is refused with one sentence, and nothing that a file hides is run, not even where the
checksum beside it was forged to fit.
"""

import hashlib
import io
import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, save
from torch import nn

from genai_course.evaluation.judge import load_judge
from genai_course.models import weights_file
from genai_course.models.pretrained import load_pretrained
from genai_course.models.weights_file import WEIGHTS, PretrainedError
from genai_course.training import fit
from genai_course.training.checkpoints import (
    CheckpointError,
    load_checkpoint,
    load_weights,
    save_checkpoint,
)
from genai_course.training.resuming import Checkpoint


class Bomb:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def torch_file(contents):
    """Return what torch.save writes, as bytes."""
    file = io.BytesIO()
    torch.save(contents, file)
    return file.getvalue()


# Each takes the good content and the path that a bomb would touch, and returns the bad content.
FILES = {
    "empty": lambda good, trace: b"",
    "three bytes": lambda good, trace: good[:3],
    "half": lambda good, trace: good[: len(good) // 2],
    "cut at the end": lambda good, trace: good[:-1],
    "zeros": lambda good, trace: bytes(len(good)),
    "a page": lambda good, trace: b"<html>Sign in to go on</html>",
    "another network, PyTorch": lambda good, trace: torch_file(nn.Linear(2, 2).state_dict()),
    "another network, safetensors": lambda good, trace: save({"weight": torch.zeros(2, 2)}),
    "malicious pickle": lambda good, trace: pickle.dumps(Bomb(trace)),
    "malicious pickle, padded": lambda good, trace: pickle.dumps(Bomb(trace)) + good,
    "malicious archive": lambda good, trace: torch_file({"weights": Bomb(trace)}),
    "malicious archive with the mark": lambda good, trace: torch_file(
        {"mark": "genai_course checkpoint 1", "contents": {"weights": Bomb(trace)}}
    ),
    "malicious header": lambda good, trace: pickle.dumps(Bomb(trace)).ljust(8, b"\0") + good[8:],
}


class CheckpointFile:
    """A checkpoint with the weights of one network."""

    def __init__(self, folder, monkeypatch):
        self.path = folder / "model.pt"
        save_checkpoint(self.path, {"weights": nn.Linear(3, 3).state_dict()})

    def sign(self):
        pass

    def load(self):
        load_weights(nn.Linear(3, 3), load_checkpoint(self.path)["weights"])


class Training(CheckpointFile):
    """The checkpoint of a training."""

    def __init__(self, folder, monkeypatch):
        self.path = folder / "run.pt"
        self.load()

    def load(self):
        network = nn.Linear(3, 3)
        before, images = network.weight.clone(), torch.ones(4, 3)
        options = {"batch_size": 2, "checkpoint": Checkpoint(self.path, network=network)}
        try:
            fit(lambda x: {"loss": x.sum()}, images, num_epochs=1, **options)
        except CheckpointError:
            assert torch.equal(network.weight, before)
            raise


class Judge:
    """The shipped weights of the judge."""

    name = "judge_digits"

    def __init__(self, folder, monkeypatch):
        for end in ("safetensors", "json"):
            shutil.copy(WEIGHTS / f"{self.name}.{end}", folder)
        monkeypatch.setattr(weights_file, "WEIGHTS", folder)
        self.path = folder / f"{self.name}.safetensors"

    def sign(self):
        content, card = self.path.read_bytes(), self.path.with_suffix(".json")
        digest = hashlib.sha256(content).hexdigest()
        told = json.loads(card.read_text()) | {"sha256": digest, "bytes": len(content)}
        card.write_text(json.dumps(told))

    def load(self):
        load_judge("digits")


class Shipped(Judge):
    """The weights of another shipped model."""

    name = "gan"

    def load(self):
        load_pretrained("gan")


LOADERS = (CheckpointFile, Training, Judge, Shipped)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", LOADERS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("forged", [False, True])
def test_a_bad_file_is_refused_in_one_sentence_and_nothing_runs(
    tmp_path, monkeypatch, kind, name, forged
):
    loader, trace = kind(tmp_path, monkeypatch), tmp_path / "ran"
    loader.load()  # the good file is not refused
    loader.path.write_bytes(FILES[name](loader.path.read_bytes(), trace))
    if forged:
        loader.sign()
    with pytest.raises((CheckpointError, PretrainedError)) as error:
        loader.load()
    text = str(error.value)
    assert loader.path.name in text, "the sentence does not name the file"
    assert "\n" not in text and 20 < len(text) < 260, text
    assert not trace.exists(), "code in the file was run"


def test_how_many_pairs_of_loader_and_file_were_tried(record_property):
    record_property(
        "bad files times loaders, with and without a forged checksum", 2 * len(FILES) * len(LOADERS)
    )
    assert len(FILES) == 13 and len(LOADERS) == 4


@pytest.mark.parametrize("name", [name for name in FILES if "malicious" in name])
def test_the_bombs_work_where_nobody_is_careful(tmp_path, name):
    trace = tmp_path / "ran"
    content = FILES[name](bytes(100), trace)
    if "archive" in name:
        torch.load(io.BytesIO(content), weights_only=False)
    else:
        pickle.loads(content)
    assert trace.exists()


def test_the_shipped_files_are_plain_tensors():
    for path in sorted(WEIGHTS.glob("*.safetensors")):
        assert all(isinstance(tensor, torch.Tensor) for tensor in load(path.read_bytes()).values())
