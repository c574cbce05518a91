"""Four notebooks ask for the data at the same moment; run as a script by test_faults_data.py.

One process imports the course and forks four children for each trouble, so that PyTorch is
imported once. The data set is the small one, the cache a folder of its own. Its only output is a
line of JSON: for each trouble what the children saw, and what then lay in the cache.
"""

import contextlib
import ctypes
import functools
import hashlib
import io
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

import small_mnist
import torch

from genai_course import data
from genai_course.data import mnist_download, mnist_files

FILES, CONTENTS = small_mnist.make()
ROOM = 12_000  # bytes; the first of the four files is longer
NEW_USER, NEW_MOUNTS = 0x10000000, 0x00020000  # flags of unshare(2)


def notebook(cache, mirror, before=None):
    """Start a child that asks for the data as a notebook does; it reports beside the cache."""
    pid = os.fork()
    if pid == 0:
        if before:
            before(cache)
        for module in (mnist_files, mnist_download):
            module.cache_folder = lambda: cache
        mnist_download.MIRRORS = [mirror]
        report = {"said": io.StringIO(), "left": None}
        with contextlib.redirect_stdout(report["said"]):
            report["name"] = data.find_data()
            images, labels = data.load_images("auto", "test")
            report["sum"] = hashlib.md5(images.numpy().tobytes() + labels.numpy().tobytes())
        try:
            data.load_images("mnist", "test")
            report["error"] = None
        except data.DataError as error:
            report["error"] = str(error)
        report |= {"said": report["said"].getvalue(), "sum": report["sum"].hexdigest()}
        report["left"] = left(cache)
        (cache.parent / f"{cache.name}-{os.getpid()}.json").write_text(json.dumps(report))
        os._exit(0)
    return pid


def left(cache):
    """Return the names of all files in a cache."""
    return sorted(path.name for path in cache.rglob("*") if path.is_file())


def outcome(cache, pids):
    """Wait for the children; return their reports (None: killed) and what is in the cache."""
    reports = []
    for pid in pids:
        killed = os.waitpid(pid, 0)[1] != 0
        path = cache.parent / f"{cache.name}-{pid}.json"
        reports.append(None if killed else json.loads(path.read_text()))
    raw = cache / "MNIST" / "raw"
    sound = all((raw / n).exists() and (raw / n).read_bytes() == c for n, c in CONTENTS.items())
    return {"reports": reports, "left": left(cache), "sound": sound}


def four(cache, mirror, before=None):
    """Four at once."""
    return outcome(cache, [notebook(cache, mirror, before) for _ in range(4)])


def damaged(cache, mirror, damage):
    """Four at once that find one file of the cache damaged."""
    raw = small_mnist.write(cache)[1]
    path = raw / FILES[0].name
    content = path.read_bytes()
    if damage == "changed":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif damage == "truncated":
        path.write_bytes(content[:-100])
    else:
        path.unlink()
    return four(cache, mirror)


def left_behind(cache, mirror):
    """Four at once that find the lock, and half a download, of a process that is no more."""
    half = cache / ".download-abandoned" / "raw"
    half.mkdir(parents=True)
    (half / FILES[0].name).write_bytes(CONTENTS[FILES[0].name][:5000])
    (cache / ".download.lock").write_text("12345")
    return four(cache, mirror)


def one_is_killed(cache, stalling, mirror):
    """The first hangs in its download while three wait for it, and is killed."""
    first = notebook(cache, stalling)
    until = time.monotonic() + 20
    while not list(cache.glob(".download-*")) and time.monotonic() < until:
        time.sleep(0.005)
    others = [notebook(cache, mirror) for _ in range(3)]
    time.sleep(0.3)
    waiting = not (cache / "MNIST").exists()
    os.kill(first, signal.SIGKILL)
    return {**outcome(cache, [first, *others]), "waiting": waiting}


def limit_files(cache):
    """Let no file of this process grow beyond ROOM."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))


def tiny_disk(cache):
    """Put a disk of 12 KiB where the cache will be; only this process sees it."""
    libc = ctypes.CDLL(None, use_errno=True)
    cache.mkdir(exist_ok=True)
    flags = NEW_MOUNTS if os.geteuid() == 0 else NEW_USER | NEW_MOUNTS
    if libc.unshare(flags) or libc.mount(None, b"/", None, 0x44000, None):  # private, recursive
        os._exit(77)
    if libc.mount(b"tmpfs", os.fsencode(cache), b"tmpfs", 0, f"size={ROOM}".encode()):
        os._exit(77)


def main(folder, mirror, stalling):
    """Go through all troubles."""
    data.load_images("digits", "test")  # made once here, not in each child
    mnist_files.FILES = FILES
    trouble = {
        "empty": four,
        "changed": functools.partial(damaged, damage="changed"),
        "truncated": functools.partial(damaged, damage="truncated"),
        "missing": functools.partial(damaged, damage="missing"),
        "left behind": left_behind,
        "killed": lambda cache, mirror: one_is_killed(cache, stalling, mirror),
        "no room": functools.partial(four, before=limit_files),
        "no disk": functools.partial(four, before=tiny_disk),
    }
    found = {}
    for name, run in trouble.items():
        cache = folder / name
        cache.mkdir()
        found[name] = run(cache, f"{mirror}{name.replace(' ', '_')}/")
    found["room again"] = four(folder / "no room", f"{mirror}room_again/")
    print(json.dumps(found))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for variable in ("DATA", "DATASET", "OFFLINE"):
        os.environ.pop(f"GENAI_COURSE_{variable}", None)
    main(Path(sys.argv[1]), *sys.argv[2:])
