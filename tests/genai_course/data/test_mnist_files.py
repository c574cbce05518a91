"""The raw files: nothing broken becomes a pixel, and a download is whole or it is not there."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import small_mnist
from filelock import FileLock

from genai_course.data import mnist_download, mnist_files
from genai_course.data.mnist_download import fetch
from genai_course.data.mnist_files import DataError, locate, read

FILES = small_mnist.make()[0]
NAMES = [file.name for file in FILES]
CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
import small_mnist
from genai_course.data.mnist_download import fetch
print(fetch(sys.argv[2], files=small_mnist.make()[0], mirrors=[sys.argv[3]], answer=30))
"""
FOUR = """
import multiprocessing, sys
sys.path.insert(0, sys.argv[1])
import small_mnist
from genai_course.data.mnist_download import fetch

words = {"files": small_mnist.make()[0], "mirrors": [sys.argv[3]], "answer": 30}
fork = multiprocessing.get_context("fork").Process  # torch is imported once
children = [fork(target=fetch, args=(sys.argv[2],), kwargs=words) for _ in range(4)]
for child in children:
    child.start()
for child in children:
    child.join()
print([child.exitcode for child in children])
"""


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    """No test sees the machine's own data."""
    monkeypatch.delenv("GENAI_COURSE_DATA", raising=False)
    monkeypatch.setattr(mnist_files, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path


def child(folder, mirror, code=CHILD):
    support = Path(__file__).parents[2] / "support"
    arguments = [sys.executable, "-c", code, str(support), str(folder), mirror.url]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def whole(folder):
    """Return whether the folder holds exactly the four files, byte for byte."""
    raw = folder / "MNIST" / "raw"
    contents = small_mnist.make()[1]
    return {path.name: path.read_bytes() for path in raw.iterdir()} == contents


def nothing_of(folder):
    """Return what a failed download has left in the folder; the lock file may stay."""
    return [path.name for path in Path(folder).rglob("*") if path.name != ".download.lock"]


def change(path, position, value):
    content = bytearray(path.read_bytes())
    content[position] = value
    path.write_bytes(content)


def test_the_published_sizes():
    assert [file.size for file in mnist_files.FILES] == [47040016, 60008, 7840016, 10008]


def test_files_are_read_as_they_are(tmp_path):
    files, raw = small_mnist.write(tmp_path)
    for file in files:
        content = (raw / file.name).read_bytes()
        values = read(raw, file)
        assert values.shape == file.shape and values.dtype == np.uint8
        assert content.endswith(values.tobytes()) and len(content) - values.size in (8, 16)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("truncated", "is truncated: has"),
        ("empty", "is empty"),
        ("longer", "is too long: has"),
        ("one byte", "is not MNIST's: its MD5 sum"),
        ("magic", "magic number 00000805, wanted 0000080"),
        ("shape", "does not announce an array of shape"),
        ("missing", "cannot be read: No such file"),
        ("a folder", "cannot be read: Is a directory"),
    ],
)
def test_every_damage_is_named(tmp_path, name, damage, sentence):
    files, raw = small_mnist.write(tmp_path)
    path = raw / name
    content = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(content[:-1])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "longer":
        path.write_bytes(content + b"\0")
    elif damage == "one byte":
        change(path, -1, content[-1] ^ 1)
    elif damage == "magic":
        change(path, 3, 5)
    elif damage == "shape":
        change(path, 7, content[7] - 1)
    else:
        path.unlink()
        if damage == "a folder":
            path.mkdir()
    found = locate(tmp_path, files)
    assert found.raw is None and found.broken
    assert str(path) in found.tried[-1] and sentence in found.tried[-1]
    with pytest.raises(DataError, match=sentence.replace("(", r"\(")):
        read(raw, next(file for file in files if file.name == name))


def test_the_folder_may_be_named_at_three_depths(tmp_path):
    files, raw = small_mnist.write(tmp_path)
    for folder in (tmp_path, tmp_path / "MNIST", raw):
        assert locate(folder, files).raw == raw


def test_the_order_of_places(tmp_path, monkeypatch):
    files, given = small_mnist.write(tmp_path / "given")
    named = small_mnist.write(tmp_path / "named")[1]
    cached = small_mnist.write(tmp_path / "cache")[1]
    assert locate(None, files).raw == cached
    monkeypatch.setenv("GENAI_COURSE_DATA", str(tmp_path / "named"))
    assert locate(None, files).raw == named
    assert locate(tmp_path / "given", files).raw == given
    found = locate(tmp_path / "absent", files)
    assert found.raw == named and "no such folder" in found.tried[0]


def test_a_broken_named_folder_is_not_passed_over(tmp_path, monkeypatch):
    files, _ = small_mnist.write(tmp_path / "cache")
    _, raw = small_mnist.write(tmp_path / "named")
    change(raw / NAMES[2], 100, 7)
    monkeypatch.setenv("GENAI_COURSE_DATA", str(tmp_path / "named"))
    found = locate(None, files)
    assert found.raw is None and found.broken and "GENAI_COURSE_DATA" in found.tried[-1]


def test_download(tmp_path, capfd):
    with small_mnist.Mirror() as mirror:
        raw = fetch(tmp_path / "cache", FILES, [mirror.url])
        assert len(mirror.requests) == 4
        fetch(tmp_path / "cache", FILES, [mirror.url])
        assert len(mirror.requests) == 4, "sound files were fetched again"
    assert whole(tmp_path / "cache") and locate(None, FILES).raw == raw
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == [".download.lock", "MNIST"]
    assert capfd.readouterr() == ("", ""), "a download must leave nothing on the screen"


def test_a_broken_cache_is_replaced(tmp_path):
    _, raw = small_mnist.write(tmp_path)
    change(raw / NAMES[0], 100, 7)
    with small_mnist.Mirror() as mirror:
        fetch(tmp_path, FILES, [mirror.url])
    assert whole(tmp_path)


@pytest.mark.parametrize(
    ("manner", "sentence"),
    [
        ("forbidden", "Forbidden"),
        ("silent", "timed out|no answer"),
        ("stalling", "timed out"),
        ("dripping", "too slow"),
        ("cut", "truncated"),
        ("changed", "is not MNIST's"),
        ("page", "incorrect header check"),
        ("bomb", "too long"),
    ],
)
def test_a_bad_mirror_leaves_nothing_and_the_next_one_serves(tmp_path, manner, sentence):
    options = {"answer": 2, "total": 1.0 if manner == "dripping" else 60}
    with small_mnist.Mirror(manner) as bad, small_mnist.Mirror() as good:
        with pytest.raises(DataError, match=f"no mirror delivered .*({sentence})"):
            fetch(tmp_path, FILES, [bad.url], **options)
        assert not bad.gave_up, "the mirror ended it, not we"
        assert nothing_of(tmp_path) == []
        if manner != "dripping":
            fetch(tmp_path, FILES, [bad.url, good.url], **options)
            assert whole(tmp_path) and len(good.requests) == 4


def test_a_name_look_up_that_hangs_is_given_up(tmp_path, monkeypatch):
    over, came_back = threading.Event(), []

    def hang(*arguments, **options):
        over.wait(60)
        came_back.append(1)
        raise OSError("too late")

    monkeypatch.setattr("socket.getaddrinfo", hang)
    with pytest.raises(DataError, match="no answer within 0.2 s"):
        fetch(tmp_path, FILES, ["http://nowhere.invalid/"], answer=0.2)
    assert not came_back
    over.set()


def test_no_network(tmp_path):
    with pytest.raises(DataError, match="nowhere.invalid: train-images-idx3-ubyte.gz: "):
        fetch(tmp_path, FILES, ["http://nowhere.invalid/"])
    assert nothing_of(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_four_processes_make_one_download(tmp_path):
    with small_mnist.Mirror() as mirror:
        said, complaint = child(tmp_path, mirror, FOUR).communicate()
        assert said == "[0, 0, 0, 0]\n", complaint
        assert sorted(mirror.requests) == sorted(f"/{name}.gz" for name in NAMES)
    assert whole(tmp_path)


def test_killed_in_mid_download(tmp_path):
    with small_mnist.Mirror("stalling") as stalling:
        process = child(tmp_path, stalling)
        until = time.monotonic() + 120
        while not stalling.requests and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert list(tmp_path.glob(".download-*")), "the process was not killed in mid-download"
    assert locate(tmp_path, FILES).raw is None and not (tmp_path / "MNIST").exists()
    with small_mnist.Mirror() as good:
        fetch(tmp_path, FILES, [good.url])
    assert whole(tmp_path) and not list(tmp_path.glob(".download-*"))


def test_interrupted_by_hand_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(mnist_download, "_download", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch(tmp_path, FILES, ["http://nowhere.invalid/"])
    assert nothing_of(tmp_path) == []


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DataError, match="cannot be written: .*XDG_CACHE_HOME"):
            fetch(folder, FILES, ["http://nowhere.invalid/"])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match="cannot be written: Permission denied"):
        fetch(tmp_path / "cache", FILES, ["http://nowhere.invalid/"])
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("code", [errno.EROFS, errno.ENOSPC])
def test_read_only_and_full_disks_are_named(tmp_path, monkeypatch, code):
    def refuse(path, content):
        with open(path, "wb") as half:
            half.write(content[:10])
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with small_mnist.Mirror() as mirror:
        with pytest.raises(DataError, match=f"cannot be written: {os.strerror(code)}"):
            fetch(tmp_path, FILES, [mirror.url])
    assert nothing_of(tmp_path) == []


def test_waiting_for_another_process_has_an_end(tmp_path):
    with FileLock(tmp_path / ".download.lock"):
        with pytest.raises(DataError, match="another process has been downloading"):
            fetch(tmp_path, FILES, ["http://nowhere.invalid/"], total=0.2)


def test_torchvision_names_the_same_files_and_mirrors():
    from torchvision.datasets import MNIST

    assert set(mnist_download.MIRRORS) == set(MNIST.mirrors)  # their order changes with versions
    assert [name for name, _ in MNIST.resources] == [f"{f.name}.gz" for f in mnist_files.FILES]


def test_the_real_files_where_they_are(monkeypatch):
    monkeypatch.undo()
    found = locate()
    if found.raw is None:
        pytest.skip("MNIST is not on this machine: " + "; ".join(found.tried))
    sums = [hashlib.md5((found.raw / f.name).read_bytes()).hexdigest() for f in mnist_files.FILES]
    assert sums == [file.md5 for file in mnist_files.FILES]
