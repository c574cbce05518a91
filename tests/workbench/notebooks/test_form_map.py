"""Notebook 00's map and README's table are kept by hand: whatever they say wrongly is seen."""

import re
from pathlib import Path

import pytest

from workbench.notebooks.form import faults
from workbench.notebooks.form_map import lists_the_whole_course, title_of
from workbench.notebooks.stored_notebook import Page
from workbench.suite.course_copy import copy_course

ROOT = Path(__file__).resolve().parents[3]
START = "notebooks/00_start_here.ipynb"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return copy_course(ROOT, tmp_path_factory.mktemp("course"), ("notebooks", "README.md"))


def swapped(text):
    """Rows 04 and 05 change places."""
    rows = [line for line in text.splitlines(keepends=True) if re.search(r"\| .*\(.*0[45]_", line)]
    assert len(rows) == 2
    return text.replace("".join(rows), "".join(reversed(rows)))


def without(text):
    """Row 09 is lost."""
    return re.sub(r".*\| .*\(.*09_elbo\.ipynb\).*\n", "", text)


def twice(text):
    """Row 09 stands there two times."""
    return re.sub(r"(.*\| .*\(.*09_elbo\.ipynb\).*\n)", r"\1\1", text)


def renamed(text):
    """Row 09 has the title of an earlier version."""
    return text.replace("[09. The evidence lower bound](09", "[09. The ELBO](09").replace(
        "[The evidence lower bound](notebooks/09", "[The ELBO](notebooks/09"
    )


def removed(text):
    """Row 09 leads to a notebook that there no longer is."""
    return text.replace("(09_elbo.ipynb)", "(09_bound.ipynb)").replace("/09_elbo.", "/09_bound.")


FOUND = {
    swapped: "05_dcgan is out of order",
    without: "09_elbo stands 0 times",
    twice: "09_elbo stands 2 times",
    renamed: "is called '09. The ELBO', its title is '09. The evidence lower bound'",
    removed: "09_bound is no notebook of the folder",
}


@pytest.mark.parametrize("spoil", FOUND, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("name", [START, "README.md"])
def test_a_list_that_is_wrong_is_seen(course, name, spoil):
    path = course / name
    kept = path.read_text(encoding="utf-8")
    assert list(lists_the_whole_course(Page.load(course / START))) == []
    path.write_text(spoil(kept), encoding="utf-8")
    try:
        found = faults(Page.load(course / START), [lists_the_whole_course])
        place = "the table of README.md" if name == "README.md" else "### The map"
        assert any(place in line and FOUND[spoil] in line for line in found), found
    finally:
        path.write_text(kept, encoding="utf-8")


def test_a_renamed_notebook_is_seen_in_both_lists_and_in_every_link(course):
    path = course / "notebooks" / "09_elbo.ipynb"
    kept = path.read_text(encoding="utf-8")
    path.write_text(kept.replace("# 09. The evidence", "# 09. An evidence"), encoding="utf-8")
    try:
        start = faults(Page.load(course / START))  # its link, its map, the table of README.md
        assert len(start) == 3 and all("'09. An evidence lower bound'" in line for line in start)
        assert any("'09. An" in f for f in faults(Page.load(course / "notebooks/10_vae.ipynb")))
    finally:
        path.write_text(kept, encoding="utf-8")


def test_a_lost_map_is_seen(course):
    path = course / START
    kept = path.read_text(encoding="utf-8")
    path.write_text(kept.replace("### The map", "### A map"), encoding="utf-8")
    try:
        assert len(list(lists_the_whole_course(Page.load(path)))) == len(
            list((course / "notebooks").glob("*.ipynb"))
        )
    finally:
        path.write_text(kept, encoding="utf-8")


def test_the_title_of_what_is_not_there_is_none(tmp_path):
    assert title_of(tmp_path / "04_gan.ipynb") is None
