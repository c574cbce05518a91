"""Faults that happen to people: a training is stopped in earnest, at moments drawn by chance."""

import json
import os
import sys
from pathlib import Path

import pytest

from workbench.suite.watching import run

HERE = Path(__file__).parents[2] / "support"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, and kills the POSIX way")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Run the script, twenty stops of each kind, and return what it found."""
    folder = tmp_path_factory.mktemp("stopped")
    command = [sys.executable, str(HERE / "stopped_training.py"), str(folder), "20"]
    done = run(command, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_twenty_kills_never_lose_the_last_good_checkpoint(found, record_property):
    killed = found["killed"]
    record_property("kills of a training", len(killed["dones"]))
    record_property("of these in the middle of saving", killed["torn"])
    assert len(killed["dones"]) == 20 and killed["dones"] == sorted(killed["dones"])
    assert 0 < killed["dones"][-1] < found["steps"], "no kill came in the middle of the training"
    assert killed["torn"] >= 5, "too few kills came in the middle of saving"
    assert killed["rest"] == found["steps"] - killed["dones"][-1]
    assert killed["digest"] == found["whole"], "the resumed run ended with other bits"


def test_interrupts_at_random_moments_change_no_bit(found, record_property):
    stopped = found["interrupted"]
    record_property("interrupts of a training", len(stopped["lengths"]) + stopped["early"])
    assert len(stopped["lengths"]) + stopped["early"] == 20 and len(stopped["lengths"]) >= 10
    assert all(length == calls for length, calls in stopped["lengths"]), "a step lost or redone"
    assert stopped["calls"] == found["steps"] and stopped["digest"] == found["whole"]


def test_interrupts_without_a_checkpoint_keep_the_history_of_every_step(found):
    stopped = found["unkept"]
    assert len(stopped["lengths"]) + stopped["early"] == 20 and len(stopped["lengths"]) >= 10
    assert all(length == calls > 0 for length, calls in stopped["lengths"])
