"""Look at what you made: screenshots of notebooks in JupyterLab.

    python -m workbench.notebooks.screenshots notebooks/03_gan_minimax.ipynb --out shots

writes each notebook as stored, top to bottom, as a row of PNG files; with `--run` its cells are
executed first.
"""

import shutil
import tempfile
from pathlib import Path

from genai_course.commands.command_line import CommandLine, existing
from workbench.notebooks.browser import (
    browser_page,
    lab_server,
    open_notebook,
    run_all_cells,
)


def screenshots(page, folder, stem, slice_height=1500):
    """Write the open notebook as a row of PNG files, top to bottom, and return their paths."""
    page.wait_for_timeout(1500)
    find = "document.querySelector('.jp-WindowedPanel-outer')"
    height = page.evaluate(f"() => {find}.scrollHeight")
    page.set_viewport_size({"width": 1100, "height": min(height + 150, 30_000)})
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.wait_for_timeout(1500)
    box = page.locator(".jp-WindowedPanel-outer").bounding_box()
    paths = []
    for number, top in enumerate(range(0, int(box["height"]), slice_height)):
        path = Path(folder, f"{stem}_{number:02d}.png")
        clip = {
            "x": box["x"],
            "y": box["y"] + top,
            "width": box["width"],
            "height": min(slice_height, box["height"] - top),
        }
        page.screenshot(path=path, clip=clip)
        paths.append(path)
    return paths


def main(arguments=None):
    """Command line: take screenshots of notebooks."""
    parser = CommandLine(description="screenshots of notebooks in JupyterLab")
    parser.add_argument("notebooks", nargs="+", type=existing)
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNG files")
    parser.add_argument("--run", action="store_true", help="run all cells first")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for path in options.notebooks:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(path, folder)
            with lab_server(folder) as (address, token), browser_page() as page:
                open_notebook(page, address, token, path.name)
                if options.run:
                    run_all_cells(page)
                for shot in screenshots(page, options.out, path.stem):
                    print(shot)


if __name__ == "__main__":
    main()
