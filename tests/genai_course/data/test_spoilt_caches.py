"""Faults that happen to four notebooks at once: whatever lies in the cache, all get the data."""

import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import small_mnist

from workbench.suite.watching import run

HERE = Path(__file__).parents[2] / "support"
SOUND = sorted([".download.lock", *small_mnist.SHAPES])
FALLBACK = (
    "data set: digits (offline data: MNIST is not on this machine and was not downloaded; "
    "load_images('mnist') says why)\n"
)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, and kills the POSIX way")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Run the script; return what it found, and which files were asked for, trouble by trouble."""
    folder = tmp_path_factory.mktemp("four")
    script = [sys.executable, str(HERE / "four_notebooks.py"), str(folder)]
    with small_mnist.Mirror() as mirror, small_mnist.Mirror("stalling") as stalling:
        environ = {**os.environ, "OMP_NUM_THREADS": "1"}
        done = run([*script, mirror.url, stalling.url], env=environ)
        assert done.returncode == 0, done.stderr.decode()
        assert done.stderr == b"", "a child has complained"
        requests = list(mirror.requests)
    return json.loads(done.stdout), requests


def true_sum():
    """The checksum of the test images and labels as load_images gives them."""
    contents = small_mnist.make()[1]
    pixels = np.frombuffer(contents["t10k-images-idx3-ubyte"][16:], dtype=np.uint8)
    labels = np.frombuffer(contents["t10k-labels-idx1-ubyte"][8:], dtype=np.uint8)
    images = (pixels.astype(np.float32) / np.float32(255)).tobytes()
    return hashlib.md5(images + labels.astype(np.int64).tobytes()).hexdigest()


def files_asked(requests, trouble):
    prefix = f"/{trouble.replace(' ', '_')}/"
    return sorted(path.removeprefix(prefix) for path in requests if path.startswith(prefix))


def test_four_in_each_trouble(found, record_property):
    counts = {trouble: len(outcome["reports"]) for trouble, outcome in found[0].items()}
    record_property("troubles that four processes met at once", len(counts))
    assert len(counts) == 9 and set(counts.values()) == {4}


@pytest.mark.parametrize(
    "trouble",
    ["empty", "changed", "truncated", "missing", "left behind", "killed", "room again"],
)
def test_all_four_get_mnist_by_one_download(found, trouble):
    reports, requests = found[0][trouble]["reports"], found[1]
    if trouble == "killed":
        assert found[0][trouble]["waiting"] and reports.pop(0) is None
    for report in reports:
        assert report["name"] == "mnist" and report["sum"] == true_sum()
        assert report["said"] == "data set: mnist (found in the per-user cache)\n"
        assert report["error"] is None
    assert len(reports) == 4 - (trouble == "killed")
    assert files_asked(requests, trouble) == sorted(f"{name}.gz" for name in small_mnist.SHAPES)
    assert found[0][trouble]["sound"] and found[0][trouble]["left"] == SOUND


@pytest.mark.parametrize(
    ("trouble", "words"), [("no room", "File too large"), ("no disk", "No space left on device")]
)
def test_a_full_disk_leaves_nothing_and_the_offline_digits_serve(found, trouble, words):
    reports = found[0][trouble]["reports"]
    if trouble == "no disk" and reports == [None] * 4:
        pytest.skip("this machine lets nobody mount a small disk")
    for report in reports:
        assert report["name"] == "digits" and report["said"] == FALLBACK
        lines = report["error"].splitlines()
        told = [line for line in lines if "cannot be written" in line]
        assert len(told) == 1 and f"cannot be written: {words}. Make room" in told[0], lines
        assert lines[-1].startswith("To mend it: ")
        assert report["left"] == [".download.lock"], "half a file was left"
    assert len(reports) == 4 and len({report["sum"] for report in reports}) == 1
