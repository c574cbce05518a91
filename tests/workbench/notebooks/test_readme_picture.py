"""The README's picture: made of figures that the notebooks hold."""

import pytest

from workbench.notebooks.readme_picture import PANELS, PICTURE, stored_figure


@pytest.mark.parametrize(("notebook", "cell_id", "title"), PANELS)
def test_each_panel_is_a_stored_figure(notebook, cell_id, title):
    assert stored_figure(notebook, cell_id).startswith(b"\x89PNG")


def test_a_cell_without_a_figure_is_refused():
    with pytest.raises(ValueError, match="no cell 'summary' with a figure"):
        stored_figure("04_gan", "summary")


def test_the_picture_is_there_and_small():
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
    assert PICTURE.stat().st_size < 400_000
