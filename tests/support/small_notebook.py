"""A stored notebook of one cell, for tests that need any notebook."""

import nbformat


def a_notebook(path, printed):
    """A stored notebook of one cell that prints 7 and whose stored output is `printed`."""
    output = nbformat.v4.new_output("stream", name="stdout", text=f"{printed}\n")
    cell = nbformat.v4.new_code_cell("print(3 + 4)", execution_count=1, outputs=[output])
    cell.id = "sum"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
