"""The widgets in a real browser: JupyterLab in Chromium on the notebooks as they are.

Skipped, with the reason, where there is no browser; where GENAI_COURSE_BROWSER_REQUIRED is set
(continuous integration) a missing browser is a failure.
"""

import ast
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from workbench.notebooks import browser
from workbench.notebooks.canonical import write
from workbench.notebooks.form_figures import imported_widgets
from workbench.notebooks.stored_notebook import Page
from workbench.suite.jobs import likely_minutes

ROOT = Path(__file__).parents[3]
NOTEBOOKS = ROOT / "notebooks"
TRAINED = {  # by a button
    "ring_trainer": (
        "from genai_course.widgets.mode_collapse_fixes import ring_trainer\nring_trainer()"
    ),
}
PICTURE = ".jp-OutputArea img.widget-image"
OPENED = "window.jupyterapp.shell.currentWidget.context"
HANDLE = ".jp-OutputArea .widget-slider .noUi-handle"
FIELD = ".jp-OutputArea .widget-text input"


def widgets_made(root=ROOT):
    """The names of all functions in widgets that make one: by the common box or a class there."""
    found = set()
    for path in (root / "genai_course" / "widgets").glob("[a-z]*.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        makers = {node.name for node in body if isinstance(node, ast.ClassDef)}
        makers |= {"picture_with_sliders"}
        for node in body if path.stem != "common" else ():
            calls = {ast.unparse(c.func) for c in ast.walk(node) if isinstance(c, ast.Call)}
            if isinstance(node, ast.FunctionDef) and calls & makers:
                found.add(node.name)
    return found


def run_whole(root=ROOT):
    """The names of the notebooks with widgets that compute for less than a minute."""
    paths = sorted((root / "notebooks").glob("*.ipynb"))
    return [
        path.name
        for path in paths
        if imported_widgets(Page.load(path)) and likely_minutes(path) < 1
    ]


def untried(root=ROOT):
    """All widgets, of the package or of a cell, that no test below tries in the browser."""
    shown = {
        path.name: imported_widgets(Page.load(path))
        for path in (root / "notebooks").glob("*.ipynb")
    }
    there = widgets_made(root).union(*shown.values())
    tried = set(WIDGETS_ALONE).union(*(shown[name] for name in run_whole(root)))
    return sorted(there - tried - set(TRAINED))


def require_browser():
    try:
        import playwright  # noqa: F401

        missing = None if browser.find_browser() else "no Chromium or Chrome is installed"
    except ImportError:
        missing = "the package playwright is not installed"
    if missing and os.environ.get("GENAI_COURSE_BROWSER_REQUIRED"):
        pytest.fail(f"the browser test may not be skipped here, but {missing}")
    if missing:
        pytest.skip(f"{missing}, so the widgets were not tried in a browser")


@dataclass
class Lab:
    """A folder served by JupyterLab, and a browser; all tests here share one of each."""

    folder: Path
    address: str
    token: str
    browser: object


@pytest.fixture(scope="module")
def shared_lab(tmp_path_factory):
    require_browser()
    folder = tmp_path_factory.mktemp("lab")
    with browser.lab_server(folder) as (address, token), browser.fresh_browser() as opened:
        yield Lab(folder, address, token, opened)


@pytest.fixture
def show(shared_lab):
    """Return a function: run a notebook of the shared folder on a page of its own."""
    opened = []

    def run(name):
        opened.append(browser.new_page(shared_lab.browser))
        return opened[-1], run_on(opened[-1], shared_lab, name)

    yield run
    for page in opened:
        close(page)


def run_on(page, lab, name):
    """Run a notebook of the lab's folder on a page; return what watches the page."""
    watcher = Watcher(page, lab.address)
    browser.open_notebook(page, lab.address, lab.token, name)
    browser.run_all_cells(page)
    page.locator(PICTURE).first.wait_for()
    return watcher


def close(page):
    browser.shut_down_kernel(page)
    page.context.close()


class Watcher:
    """Collects what must not happen: console errors and requests that leave this machine."""

    def __init__(self, page, address):
        self.errors, self.external = [], []
        own = (address, address.replace("http", "ws", 1), "data:", "blob:")
        page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda r: r.url.startswith(own) or self.external.append(r.url))


def move_by_keyboard(page, handle):
    """Press arrow keys on a slider until its value has changed.

    JupyterLab takes the focus for itself once more after a cell has run, at a moment of its own
    choice, and keys that are pressed then are lost: so each press asks for the focus anew.
    """
    now, end = (handle.get_attribute(f"aria-value{which}") for which in ("now", "max"))
    key = "ArrowLeft" if now == end else "ArrowRight"
    for _ in range(5):
        for _ in range(8):
            handle.press(key)
        if handle.get_attribute("aria-valuenow") != now:
            return
        page.wait_for_timeout(1000)
    pytest.fail(f"forty times {key}, and the slider still stands at {now}")


def change_by_keyboard(page, handle, picture, patience=browser.PATIENCE):
    """Move a slider and return the picture's hash before and after.

    It waits for a change at most `patience` seconds: other tests may keep the machine busy.
    """
    handle.scroll_into_view_if_needed()
    before = browser.picture_hash(picture)
    move_by_keyboard(page, handle)
    return before, another_hash(page, picture, before, patience)


def another_hash(page, picture, before, patience=browser.PATIENCE):
    """Wait until the picture's hash is not `before`; return it, or `before` after `patience` s."""
    for _ in range(10 * patience):
        if (after := browser.picture_hash(picture)) != before:
            return after
        page.wait_for_timeout(100)
    return before


def all_controls_change_the_picture(page, place):
    """Move every slider of a place on a page and type into every field, at least two in all."""
    picture, handles, fields = (place.locator(kind) for kind in (PICTURE, HANDLE, FIELD))
    picture, count = picture.first, handles.count() + fields.count()
    assert count >= 2, f"there are {count} sliders and fields, wanted at least 2"
    for number in range(handles.count()):
        before, after = change_by_keyboard(page, handles.nth(number), picture)
        assert before != after, f"slider {number} moved but the picture stayed"
    for number in range(fields.count()):
        before = browser.picture_hash(picture)
        fields.nth(number).press("q")
        assert another_hash(page, picture, before) != before, f"field {number} does nothing"


@pytest.mark.parametrize("name", run_whole())
def test_every_slider_changes_the_picture(name, shared_lab, show):
    shutil.copy(NOTEBOOKS / name, shared_lab.folder)
    page, watcher = show(name)
    all_controls_change_the_picture(page, page)
    text = page.locator(".jp-Notebook").inner_text()
    assert "✓" in text and "✗" not in text
    assert watcher.errors == [] and watcher.external == []


@pytest.mark.parametrize("call", TRAINED)
def test_the_ring_is_trained_by_keyboard(call, shared_lab, show):
    write_cells([TRAINED[call]], shared_lab.folder / f"{call}.ipynb")
    page, watcher = show(f"{call}.ipynb")
    picture, handles = page.locator(PICTURE).first, page.locator(HANDLE)
    assert handles.count() == 5
    handles.nth(2).scroll_into_view_if_needed()
    handles.nth(2).focus()
    page.keyboard.press("ArrowRight")
    readout = page.locator(".jp-OutputArea .widget-slider .widget-readout").nth(2)
    assert readout.inner_text() == "2"  # samples in a pack
    seen = {browser.picture_hash(picture)}
    page.locator(".jp-OutputArea button.jupyter-button").first.focus()
    page.keyboard.press("Space")
    for _ in range(10 * browser.PATIENCE):
        seen.add(browser.picture_hash(picture))
        if len(seen) >= 4:
            break
        page.wait_for_timeout(100)
    assert len(seen) >= 4, "the picture does not follow the training"
    assert watcher.errors == [] and watcher.external == []


def test_opening_a_notebook_does_not_change_it(shared_lab):
    name = "00_start_here.ipynb"
    stored = (NOTEBOOKS / "solutions" / name).read_bytes()
    (shared_lab.folder / name).write_bytes(stored)
    page = browser.new_page(shared_lab.browser)
    browser.open_notebook(page, shared_lab.address, shared_lab.token, name)
    page.wait_for_timeout(1000)  # what the kernel says of itself is written a moment later
    assert page.evaluate(f"() => {OPENED}.model.dirty") is False
    page.evaluate(f"() => {OPENED}.save()")
    assert (shared_lab.folder / name).read_bytes() == stored
    close(page)


WIDGETS_ALONE = {  # from notebooks that train for minutes, or where one cell is enough
    "modes_game": "from genai_course.widgets.generative_models import modes_game\nmodes_game()",
    "scrub": (
        "import torch\n"
        "from genai_course.data import ring_centres\n"
        "from genai_course.widgets.mode_collapse import scrub\n"
        "games = {name: torch.randn(4, 2, 50, 2) for name in ('fast', 'slow')}\n"
        "scrub(games, [10, 20, 30, 40], ring_centres(8, 2.0))"
    ),
    "latent_explorer": (
        "import torch\n"
        "from genai_course.vae.networks import Decoder\n"
        "from genai_course.widgets.vae import latent_explorer\n"
        "latent_explorer(Decoder(2), torch.randn(50, 2), torch.arange(50) % 10)"
    ),
    "denoising_explorer": (
        "import torch\n"
        "from genai_course.widgets.diffusion import denoising_explorer\n"
        "def moments(n):\n"
        "    return [(n - k, *torch.rand(2, 3, 1, 28, 28)) for k in range(n + 1)]\n"
        "denoising_explorer({(n, eta): moments(n) for n in (10, 50) for eta in (0.0, 1.0)})"
    ),
    "flow_explorer": (
        "import torch\n"
        "from genai_course.data import ring_centres\n"
        "from genai_course.flow.mixtures import mixture_velocity\n"
        "from genai_course.widgets.flow_matching import flow_explorer\n"
        "centres = ring_centres(8, 2.0)\n"
        "def velocity(x_t, t):\n"
        "    return mixture_velocity(x_t, t, centres, 0.1)\n"
        "flow_explorer(velocity, torch.randn(300, 2), centres)"
    ),
    "guidance_explorer": (
        "import torch\n"
        "from genai_course.widgets.flow_matching import guidance_explorer\n"
        "def draw(labels, w):\n"
        "    return (labels.view(-1, 1, 1, 1) + w).div(13).expand(-1, 1, 28, 28)\n"
        "guidance_explorer(draw)"
    ),
    "next_letter_explorer": (
        "import torch\n"
        "from genai_course.widgets.sequences import next_letter_explorer\n"
        "def next_letter(text):\n"
        "    return torch.arange(96.0).add(len(text)).softmax(dim=0).add(1e-3).div(1.096)\n"
        "next_letter_explorer(next_letter)"
    ),
    "draw_me": (
        "import torch\n"
        "from genai_course.models.pretrained import load_pretrained\n"
        "from genai_course.widgets.conditional_generation import draw_me\n"
        "gan = load_pretrained('conditional_gan')\n"
        "draw_me(lambda z, y: (gan(z, y) + 1) / 2, gan.latent_dim, torch.device('cpu'))"
    ),
}


def test_every_widget_is_tried_in_the_browser():
    assert untried() == []
    assert len(run_whole()) >= 2 and len(widgets_made()) >= 7
    assert [name for name, source in WIDGETS_ALONE.items() if f"{name}(" not in source] == []


def test_a_widget_that_is_not_tried_is_named(tmp_path):
    folder = tmp_path / "genai_course" / "widgets"
    folder.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    assert untried(tmp_path) == []
    made = "def turn_me():\n    return picture_with_sliders(print, {})\n"
    (folder / "energy.py").write_text(made + "class Box:\n    pass\n\ndef open_me():\n    Box()\n")
    assert untried(tmp_path) == ["open_me", "turn_me"]
    cell = nbformat.v4.new_code_cell("from genai_course.widgets.energy import move_me, turn_me")
    card = nbformat.v4.new_markdown_cell("about 2 minutes of computing")
    write(nbformat.v4.new_notebook(cells=[card, cell]), tmp_path / "notebooks" / "13_long.ipynb")
    assert untried(tmp_path) == ["move_me", "open_me", "turn_me"]
    write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "notebooks" / "13_short.ipynb")
    assert untried(tmp_path) == ["open_me"] and run_whole(tmp_path) == ["13_short.ipynb"]


def write_cells(sources, path):
    """Write a notebook of these cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def alone(shared_lab):
    """A page that shows all of WIDGETS_ALONE, a cell each: one kernel imports torch for all."""
    write_cells(WIDGETS_ALONE.values(), shared_lab.folder / "alone.ipynb")
    page = browser.new_page(shared_lab.browser)
    yield page, run_on(page, shared_lab, "alone.ipynb")
    close(page)


@pytest.mark.parametrize("name", WIDGETS_ALONE)
def test_a_widget_alone_is_moved_by_keyboard(name, alone):
    page, watcher = alone
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(list(WIDGETS_ALONE).index(name))
    cell.locator(PICTURE).first.wait_for()
    all_controls_change_the_picture(page, cell)
    assert watcher.errors == [] and watcher.external == []


def test_a_widget_that_does_nothing_is_noticed(shared_lab, show):
    cell = (
        "import ipywidgets as w\n"
        'dot = b\'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>\'\n'
        "picture = w.Image(value=dot, format='svg+xml', width=20, height=20)\n"
        "w.VBox([w.FloatSlider(), w.FloatSlider(disabled=True), picture])"
    )
    write_cells([cell], shared_lab.folder / "dead.ipynb")
    page, _ = show("dead.ipynb")
    handles, picture = page.locator(HANDLE), page.locator(PICTURE).first
    before, after = change_by_keyboard(page, handles.first, picture, patience=10)
    assert before == after
    with pytest.raises(pytest.fail.Exception, match="the slider still stands at 0"):
        move_by_keyboard(page, handles.nth(1))


def test_a_missing_browser_may_not_be_skipped_where_it_is_required(monkeypatch):
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    monkeypatch.setenv("GENAI_COURSE_BROWSER_REQUIRED", "1")
    with pytest.raises(pytest.fail.Exception, match="may not be skipped"):
        require_browser()
    monkeypatch.delenv("GENAI_COURSE_BROWSER_REQUIRED")
    with pytest.raises(pytest.skip.Exception, match="not tried in a browser"):
        require_browser()
