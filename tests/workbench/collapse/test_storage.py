"""The stored tables on mode collapse are written whole and can be read again."""

import json

import pytest

from workbench.collapse import storage


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.json"
    storage.write(path, {"cells": {"a": [1, 2, 3]}})
    before = path.read_text()
    with pytest.raises(TypeError):
        storage.write(path, {"cells": {"a": object()}})
    assert path.read_text() == before


def test_lists_stand_on_one_line_and_nothing_is_lost(tmp_path):
    stored = {"a": [1, 2.5, None], "b": {"c": [], "d": "x [", "e": [[1, 2], [3]]}, "f": ["g"]}
    storage.write(tmp_path / "x.json", stored)
    text = (tmp_path / "x.json").read_text()
    assert json.loads(text) == stored
    assert '"a": [1, 2.5, null]' in text
