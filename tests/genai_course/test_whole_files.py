"""A file is replaced whole or not at all: on the disk first, under its name only then."""

import os
import stat

import pytest

from genai_course.whole_files import write_atomically, write_together


@pytest.fixture
def path(tmp_path):
    """A file with something in it, alone in its folder."""
    (tmp_path / "table.json").write_bytes(b"old")
    return tmp_path / "table.json"


def names(path):
    return sorted(file.name for file in path.parent.iterdir())


class Killed(BaseException):
    """No Exception: as little foreseen as a kill."""


@pytest.fixture
def calls(monkeypatch):
    """What is asked of the system, in order: (fsync or replace, bytes of each file by then)."""
    seen = []

    def noting(name, real):
        def call(*arguments):
            given = arguments[0]
            size = os.fstat(given).st_size if isinstance(given, int) else os.stat(given).st_size
            seen.append((name, size))
            return real(*arguments)

        return call

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, noting(name, getattr(os, name)))
    return seen


def test_a_file_is_replaced_and_nothing_is_left_beside_it(path):
    write_atomically(path, b"new content")
    assert path.read_bytes() == b"new content" and names(path) == ["table.json"]
    write_atomically(str(path.with_name("other")), memoryview(b"a view"))
    assert path.with_name("other").read_bytes() == b"a view"
    assert names(path) == ["other", "table.json"]


def test_all_bytes_are_on_the_disk_before_the_name_changes(path, calls):
    write_atomically(path, b"x" * 100)
    assert calls == [("fsync", 100), ("replace", 100)]


def test_of_several_files_none_is_replaced_before_all_are_on_the_disk(path, calls):
    write_together({path: b"x" * 10, path.with_name("card"): b"x" * 20})
    assert calls == [("fsync", 10), ("fsync", 20), ("replace", 10), ("replace", 20)]


@pytest.mark.parametrize("place", ["fsync", "replace"])
def test_what_breaks_off_leaves_the_old_file_and_no_part(path, monkeypatch, place):
    def die(*arguments):
        raise Killed

    monkeypatch.setattr(os, place, die)
    with pytest.raises(Killed):
        write_atomically(path, b"new content")
    assert path.read_bytes() == b"old" and names(path) == ["table.json"]


def test_the_old_file_is_whole_until_it_is_replaced(path, monkeypatch):
    fsync, seen = os.fsync, []
    monkeypatch.setattr(os, "fsync", lambda handle: seen.append(path.read_bytes()) or fsync(handle))
    write_atomically(path, b"new content")
    assert seen == [b"old"]


@pytest.mark.skipif(os.name != "posix", reason="sets a limit on the size of files")
def test_a_full_disk_leaves_everything_as_it_was(path, room_for):
    with room_for(1000), pytest.raises(OSError):
        write_together({path: b"new", path.with_name("card"): b"x" * 5000})
    assert path.read_bytes() == b"old" and names(path) == ["table.json"]


def test_a_folder_that_is_not_there_is_an_error_and_is_not_made(path):
    with pytest.raises(FileNotFoundError):
        write_atomically(path.parent / "nowhere" / "file", b"new")
    assert names(path) == ["table.json"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_an_old_file_keeps_its_permissions_and_a_new_one_gets_what_is_asked(path):
    def mode(file):
        return stat.S_IMODE(file.stat().st_mode)

    path.chmod(0o640)
    write_atomically(path, b"new", mode=0o600)
    assert mode(path) == 0o640
    usual, private, plain = (path.with_name(name) for name in ("usual", "private", "plain"))
    write_atomically(private, b"new", mode=0o600)
    write_atomically(usual, b"new")
    plain.write_bytes(b"as any other file")
    assert mode(private) == 0o600 and mode(usual) == mode(plain)
