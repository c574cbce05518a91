"""`make lab` hands out notebooks as JupyterLab would save them, and saves them as stored."""

import asyncio
import json
from pathlib import Path

import pytest

from genai_course.commands import lab
from genai_course.commands.lab_files import CourseFiles
from genai_course.commands.notebooks import METADATA
from workbench.notebooks import browser

STORED = Path(__file__).parents[3] / "notebooks" / "solutions" / "00_start_here.ipynb"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(STORED.read_bytes())
    return CourseFiles(root_dir=str(tmp_path))


def read(files):
    return asyncio.run(files.get("a.ipynb", content=True, type="notebook"))


def test_a_notebook_names_the_kernel_and_its_file_does_not(files, tmp_path):
    model = read(files)
    kernel = model["content"]["metadata"]
    assert kernel["kernelspec"]["display_name"] == "Python 3 (ipykernel)"
    assert kernel["language_info"]["codemirror_mode"]["name"] == "ipython"
    assert "version" in kernel["language_info"]
    asyncio.run(files.save(model, "a.ipynb"))
    assert (tmp_path / "a.ipynb").read_bytes() == STORED.read_bytes()


def test_a_notebook_of_another_kernel_is_left_alone(files, tmp_path):
    other = {"kernelspec": {"name": "julia", "display_name": "Julia", "language": "julia"}}
    whole = json.loads(STORED.read_text(encoding="utf-8")) | {"metadata": other}
    (tmp_path / "a.ipynb").write_text(json.dumps(whole), encoding="utf-8")
    model = read(files)
    assert model["content"]["metadata"] == other
    asyncio.run(files.save(model, "a.ipynb"))
    assert json.loads((tmp_path / "a.ipynb").read_text(encoding="utf-8"))["metadata"] == other


def test_reading_twice_does_not_change_what_all_notebooks_have(files):
    before = json.dumps(METADATA)
    read(files)["content"]["metadata"]["kernelspec"]["name"] = "spoilt"
    assert json.dumps(METADATA) == before
    assert read(files)["content"]["metadata"]["kernelspec"]["name"] == "python3"


def test_folders_and_other_files_are_served_as_ever(files, tmp_path):
    (tmp_path / "note.txt").write_text("a note", encoding="utf-8")
    listing = asyncio.run(files.get("", content=True))
    assert {entry["name"] for entry in listing["content"]} == {"a.ipynb", "note.txt"}
    assert asyncio.run(files.get("note.txt"))["content"] == "a note"


def test_make_lab_and_the_browser_test_use_these_files():
    settings = json.loads((lab.SETTINGS / "jupyter_server_config.json").read_text("utf-8"))
    wanted = f"{CourseFiles.__module__}.{CourseFiles.__name__}"
    assert settings["ServerApp"]["contents_manager_class"] == wanted
    assert browser.LAB_SETTINGS == lab.SETTINGS
