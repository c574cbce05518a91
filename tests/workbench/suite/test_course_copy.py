"""Copies of the course hold what belongs to it, with git, without it, and within its own folder."""

import subprocess

import pytest

from workbench.suite.course_copy import copy_course


def test_a_copy_holds_new_files_and_leaves_out_what_git_ignores(tmp_path):
    course = tmp_path / "from"
    for name in ("a.py", "a folder/ü.txt", ".venv/big", "ignored.log"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text(name)
    (course / ".gitignore").write_text(".venv/\n*.log\n")
    try:
        subprocess.run(["git", "init", "-q", "."], cwd=course, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no git here")
    copy_course(course, tmp_path / "to" / "deep")
    copied = {p.relative_to(tmp_path / "to/deep").as_posix() for p in tmp_path.rglob("to/**/*.*")}
    assert copied == {"a.py", "a folder/ü.txt", ".gitignore"}


def test_a_copy_without_git_leaves_out_environments(tmp_path, monkeypatch):
    for name in ("a.py", ".venv/big", ".matrix/x/y", "b/__pycache__/c.pyc"):
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).touch()
    monkeypatch.setenv("PATH", "")
    copy_course(tmp_path / "from", tmp_path / "to")
    assert [p.name for p in (tmp_path / "to").rglob("*") if p.is_file()] == ["a.py"]


def test_only_what_is_wanted_is_copied(tmp_path):
    for name in ("a/x.py", "a/b/y.py", "ab/z.py", "README.md"):
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).touch()
    target = copy_course(tmp_path / "from", tmp_path / "to", ("a", "README.md"))
    copied = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()}
    assert target == tmp_path / "to" and copied == {"a/x.py", "a/b/y.py", "README.md"}


def test_a_copy_in_a_folder_that_git_ignores_can_be_copied_on(tmp_path):
    inner = tmp_path / ".matrix" / "course"
    inner.mkdir(parents=True)
    (inner / "a.py").touch()
    (tmp_path / ".gitignore").write_text(".matrix/\n")
    try:
        subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no git here")
    copy_course(inner, tmp_path / "to")
    assert [p.name for p in (tmp_path / "to").iterdir()] == ["a.py"]
