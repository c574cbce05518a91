"""Checkpoints: what goes in comes out, and nothing else gets in."""

import errno
import os
import pickle
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy
import pytest
import torch
from torch import nn

from genai_course.evaluation.judge import load_judge
from genai_course.models.pretrained import load_pretrained
from genai_course.training.checkpoints import (
    MARK,
    CheckpointError,
    load_checkpoint,
    load_weights,
    save_checkpoint,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.pt"


def test_everything_plain_comes_back_the_same(path):
    contents = {
        "weights": nn.Linear(3, 2).state_dict(),
        "step": 812,
        "rate": 5e-4,
        "name": "generator",
        "done": True,
        "nothing": None,
        "list": [1, torch.arange(3)],
    }
    save_checkpoint(path, contents)
    got = load_checkpoint(path)
    assert got.keys() == contents.keys()
    for name in ("step", "rate", "name", "done", "nothing"):
        assert got[name] == contents[name] and type(got[name]) is type(contents[name])
    assert torch.equal(got["list"][1], torch.arange(3))
    assert torch.equal(got["weights"]["bias"], contents["weights"]["bias"])


def test_an_optimiser_goes_on_as_if_never_saved(path):
    def run(resume):
        torch.manual_seed(0)
        network = nn.Linear(4, 1)
        optimizer = torch.optim.Adam(network.parameters(), lr=0.1)
        for i in range(6):
            if i == 3 and resume:
                both = {"weights": network.state_dict(), "optimizer": optimizer.state_dict()}
                save_checkpoint(path, both)
                network = nn.Linear(4, 1)
                optimizer = torch.optim.Adam(network.parameters(), lr=0.7)
                load_weights(network, load_checkpoint(path)["weights"])
                optimizer.load_state_dict(load_checkpoint(path)["optimizer"])
            optimizer.zero_grad()
            (network(torch.ones(2, 4)) - i).square().sum().backward()
            optimizer.step()
        return network.weight.detach()

    assert torch.equal(run(resume=False), run(resume=True))


@pytest.mark.parametrize("value", [print, Path("x"), nn.Linear(1, 1), {1, 2}, object()])
def test_what_is_not_plain_is_refused_by_name(path, value):
    with pytest.raises(CheckpointError, match=r"contents\['a'\]\['b'\] is a"):
        save_checkpoint(path, {"a": {"b": value}})
    assert not list(path.parent.iterdir())


def test_numpy_numbers_are_refused(path):
    with pytest.raises(CheckpointError, match="float64"):
        save_checkpoint(path, {"loss": numpy.float64(1.0)})


def test_a_slice_is_stored_without_the_tensor_it_was_cut_from(path):
    save_checkpoint(path, {"row": torch.zeros(1_000_000)[:3]})
    assert path.stat().st_size < 20_000


def test_a_missing_file_and_a_missing_folder(path):
    with pytest.raises(CheckpointError, match="there is no file model.pt"):
        load_checkpoint(path)
    with pytest.raises(CheckpointError, match="cannot write model.pt"):
        save_checkpoint(path.parent / "nowhere" / "model.pt", {})


@pytest.mark.parametrize("keep", [0, 1, 100, 0.5, 0.99])
def test_a_file_that_was_cut_off(path, keep):
    save_checkpoint(path, {"weights": torch.randn(100, 100)})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole)) if isinstance(keep, float) else keep])
    with pytest.raises(CheckpointError, match="cut off"):
        load_checkpoint(path)


def test_one_changed_byte_in_the_numbers(path):
    save_checkpoint(path, {"weights": torch.full((100,), 1.5)})
    content = bytearray(path.read_bytes())
    place = content.find(torch.full((8,), 1.5).numpy().tobytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="checksum"):
        load_checkpoint(path)


class Malicious:
    def __reduce__(self):
        return (exec, ("import pathlib; pathlib.Path('ran').touch()",))


@pytest.mark.parametrize("whole_file", [True, False])
def test_code_in_a_file_is_never_run(path, monkeypatch, whole_file):
    monkeypatch.chdir(path.parent)
    if whole_file:
        path.write_bytes(pickle.dumps(Malicious()))
    else:
        torch.save({"contents": Malicious()}, path)
    with pytest.raises(CheckpointError) as error:
        load_checkpoint(path)
    assert ("cut off" if whole_file else "somebody else's code") in str(error.value)
    assert not (path.parent / "ran").exists()


@pytest.mark.parametrize(
    "content",
    [nn.Linear(2, 2).state_dict(), torch.ones(3), {"mark": MARK}, {"mark": torch.ones(2)}],
)
def test_a_foreign_pytorch_file_is_recognised(path, content):
    torch.save(content, path)
    with pytest.raises(CheckpointError, match="not a checkpoint of this course"):
        load_checkpoint(path)


def test_other_archives_are_refused(path):
    for write in (write_npz, write_zip):
        write(path)
        with pytest.raises(CheckpointError, match="cannot be read as a PyTorch file"):
            load_checkpoint(path)


def write_npz(path):
    with open(path, "wb") as file:
        numpy.savez(file, weights=numpy.ones(3))


def write_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", "")
        archive.writestr("model/version", "3")


@pytest.mark.parametrize(
    ("network", "naming"),
    [
        (nn.Linear(3, 4), "weight has shape (2, 3) in the file, (4, 3) in the network"),
        (nn.Linear(3, 2, bias=False), "bias is in the file but not in the network"),
        (nn.BatchNorm1d(3), "is missing in the file"),
    ],
)
def test_weights_of_another_network_are_refused_and_nothing_changes(network, naming):
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with pytest.raises(CheckpointError) as error:
        load_weights(network, nn.Linear(3, 2).state_dict())
    assert naming in str(error.value)
    assert all(torch.equal(before[n], v) for n, v in network.state_dict().items())


@pytest.mark.parametrize(
    ("weights", "naming"),
    [
        (3, "the weights of a Linear are a dict, not a int"),
        ([1, 2], "not a list"),
        ({1: torch.zeros(2), "weight": torch.zeros(2, 3)}, "1 is in the file but not in the netw"),
        ({"weight": 1.0, "bias": torch.zeros(2)}, "weight is no tensor"),
        ({"weight": torch.zeros(2, 3), "bias": [0.0, 0.0]}, "bias is no tensor"),
    ],
)
def test_what_is_no_state_of_a_network_is_refused(weights, naming):
    network = nn.Linear(3, 2)
    before = network.weight.clone()
    with pytest.raises(CheckpointError) as error:
        load_weights(network, weights)
    assert naming in str(error.value) and torch.equal(network.weight, before)


def test_a_failed_save_leaves_the_old_file(path, monkeypatch):
    save_checkpoint(path, {"step": 1})

    def fail(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr(torch, "save", fail)
    with pytest.raises(CheckpointError, match="no space left"):
        save_checkpoint(path, {"step": 2})
    monkeypatch.undo()
    assert load_checkpoint(path) == {"step": 1}
    assert [p.name for p in path.parent.iterdir()] == ["model.pt"]


@pytest.mark.skipif(os.name != "posix", reason="sets a limit on the size of files")
def test_a_disk_that_is_full_is_named_and_the_old_file_stays(path, room_for):
    save_checkpoint(path, {"step": 1})
    before = path.read_bytes()
    with room_for(10_000), pytest.raises(CheckpointError) as error:
        save_checkpoint(path, {"weights": torch.zeros(10_000)})
    assert str(error.value) == f"cannot write model.pt: {os.strerror(errno.EFBIG)}"
    assert path.read_bytes() == before and [p.name for p in path.parent.iterdir()] == ["model.pt"]
    save_checkpoint(path, {"weights": torch.zeros(10_000)})


def test_what_killed_saves_have_left_is_swept_away_once_it_is_old(path):
    names = {
        "model.ptabcdefgh.part": 700,
        "model.ptijklmnop.part": 60,
        "other.ptabcdefgh.part": 700,
    }
    for name, age in names.items():
        (path.parent / name).touch()
        os.utime(path.parent / name, (time.time() - age,) * 2)
    save_checkpoint(path, {})
    left = {file.name for file in path.parent.iterdir()}
    assert left == {"model.pt", "model.ptijklmnop.part", "other.ptabcdefgh.part"}


LOOP = """
import sys, torch
from genai_course.training.checkpoints import save_checkpoint
step = 0
while True:
    step += 1
    save_checkpoint(sys.argv[1], {"step": step, "weights": torch.full((300_000,), float(step))})
    print(step, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
def test_a_process_killed_while_saving_leaves_a_whole_file(path):
    process = subprocess.Popen([sys.executable, "-c", LOOP, str(path)], stdout=subprocess.PIPE)
    for _ in range(3):
        process.stdout.readline()
    time.sleep(0.013)
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = load_checkpoint(path)
    assert found["step"] >= 3 and (found["weights"] == found["step"]).all()


# ---- a device that is not there ----

ABSENT = ("cuda:99", "mps:99", "gpu", "cpu0", 3.5)
LOADERS = {
    "checkpoint": lambda path, device: load_checkpoint(path, device),
    "judge": lambda path, device: load_judge("digits", device),
    "model": lambda path, device: load_pretrained("gan", device),
}


@pytest.mark.parametrize("device", ABSENT)
@pytest.mark.parametrize("kind", LOADERS)
def test_a_device_that_is_not_there_is_named_and_the_file_is_not_blamed(path, kind, device):
    save_checkpoint(path, {"weights": torch.ones(2)})
    with pytest.raises(ValueError, match=f"there is no device '?{device}'? here, wanted .*'cpu'"):
        LOADERS[kind](path, device)


@pytest.mark.parametrize("device", ["cpu", torch.device("cpu")])
@pytest.mark.parametrize("kind", LOADERS)
def test_a_device_that_is_there_is_taken_by_name_or_as_it_is(path, kind, device):
    save_checkpoint(path, {"weights": torch.ones(2)})
    assert LOADERS[kind](path, device) is not None
