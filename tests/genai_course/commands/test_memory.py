"""The memory that a process used at most is found again after it was given back."""

import subprocess
import sys

import pytest

from genai_course.commands.memory import peak_bytes

BLOCK = 200 * 2**20


def test_the_peak_of_this_process_outlives_what_caused_it():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from genai_course.commands.memory import peak_bytes\n"
            "before = peak_bytes()\n"
            f"block = bytearray({BLOCK})\n"
            "del block\n"
            "print(peak_bytes() - before)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert 0.9 * BLOCK < int(told.stdout) < 1.3 * BLOCK


def test_the_peak_of_another_process_is_its_own():
    script = f"block = bytearray({BLOCK}); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        assert BLOCK < peak_bytes(other.pid) < 1.5 * BLOCK
        other.communicate(b"\n")


def test_there_is_no_such_process():
    import psutil

    with pytest.raises(psutil.NoSuchProcess):
        peak_bytes(2**22 + 1)
