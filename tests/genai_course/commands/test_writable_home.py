"""A home folder that cannot be written, and memory that a container limits."""

import os
import sys
from pathlib import Path

import pytest

from genai_course.commands import doctor_checks as checks
from genai_course.commands import memory
from genai_course.commands import writable_home as home
from genai_course.commands.doctor_checks import NOTE, OK

POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")


@POSIX
def test_a_home_that_can_be_written_is_left_alone(tmp_path):
    environ = {"HOME": str(tmp_path)}
    assert home.make_room(environ) == [] and environ == {"HOME": str(tmp_path)}


@POSIX
def test_a_locked_home_gets_folders_that_can_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(home, "can_be_written", lambda path: False)
    monkeypatch.setattr(home.atexit, "register", lambda *words, **more: None)
    environ = {"HOME": str(tmp_path), "MPLCONFIGDIR": "mine"}
    names = home.make_room(environ)
    assert sorted(names) == ["IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"]
    assert environ["MPLCONFIGDIR"] == "mine"  # a choice of one's own is kept
    for name in names:
        assert Path(environ[name]).is_dir() and tmp_path not in Path(environ[name]).parents
        Path(environ[name]).rmdir()
    Path(environ["IPYTHONDIR"]).parent.rmdir()


@POSIX
def test_nobody_needs_a_home():
    assert "JUPYTER_DATA_DIR" in home.locked({})


@POSIX
def test_a_folder_counts_as_writable_where_it_can_be_made(tmp_path, monkeypatch):
    assert home.can_be_written(tmp_path / "not" / "yet")
    (tmp_path / "file").touch()
    assert not home.can_be_written(tmp_path / "file" / "below")
    monkeypatch.setattr(home.os, "access", lambda path, mode: Path(path) != tmp_path)
    assert not home.can_be_written(tmp_path / "not" / "yet")


@pytest.mark.skipif(sys.platform != "linux", reason="asks Jupyter and matplotlib for Linux")
def test_the_table_names_the_places_that_the_programs_use(monkeypatch, tmp_path):
    import matplotlib
    from IPython.paths import get_ipython_dir
    from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir

    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "JUPYTER_PLATFORM_DIRS", *home.LINUX):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    used = {
        "IPYTHONDIR": get_ipython_dir(),
        "JUPYTER_CONFIG_DIR": jupyter_config_dir(),
        "JUPYTER_DATA_DIR": jupyter_data_dir(),
        "MPLCONFIGDIR": matplotlib.get_configdir.__wrapped__(),  # the other is a memory of it
    }
    assert used == {name: str(tmp_path / place) for name, place in home.LINUX.items()}


def test_the_doctor_notes_a_locked_home(monkeypatch):
    monkeypatch.setattr(checks, "locked", lambda: ["IPYTHONDIR"])
    finding = checks.check_home(Path())
    assert finding.level == NOTE and "IPYTHONDIR" in finding.remedy
    monkeypatch.setattr(checks, "locked", lambda: [])
    assert checks.check_home(Path()).level == OK


def test_the_doctor_says_how_many_notebooks_fit(monkeypatch):
    monkeypatch.setattr(checks, "available_gigabytes", lambda: 5.0)
    assert checks.check_memory(Path()).text.endswith("room for 3 open notebooks")
    monkeypatch.setattr(checks, "available_gigabytes", lambda: 2.5)
    assert checks.check_memory(Path()).text.endswith("room for 1 open notebook")


@pytest.mark.parametrize("names", [memory.VERSION_1, memory.VERSION_2])
def test_a_container_limits_memory_and_read_files_do_not_count(tmp_path, names):
    limit, usage, statistics, droppable = names
    (tmp_path / limit).parent.mkdir(exist_ok=True)
    (tmp_path / limit).write_text("5000000\n")
    (tmp_path / usage).write_text("4000000\n")
    (tmp_path / statistics).write_text(f"anon 9\n{droppable} 2000000\n")
    assert memory.available_gigabytes(tmp_path) == pytest.approx(3e-3)
    (tmp_path / limit).write_text("max\n")
    assert memory.available_gigabytes(tmp_path) > 0.01
