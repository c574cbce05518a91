"""Notebooks run in a fresh kernel, cell by cell, until the end or until one fails or hangs."""

import asyncio

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from workbench.suite.watching import LOOK_SECONDS, Hung, Limits, Watch, end

PATIENCE = 600  # seconds for a kernel to start and for its last words; a dead one is seen at once


class NotExecuted(Exception):
    """A cell stopped the run; the message names the cell and the reason."""


class WatchedClient(NotebookClient):
    """Runs cells without a time limit, ends the kernel of one that hangs, notes what each costs.

    Attributes:
        spent: Processor seconds of the cells run, by their position in the notebook.
    """

    def __init__(self, notebook, folder, limits=None, costs=None, **more):
        """Make a client.

        Args:
            notebook: The notebook; its outputs are replaced.
            folder: Working directory of the kernel.
            limits: Limits; the usual ones by default.
            costs: What cells usually cost, {id: processor seconds}.
            more: Traits of nbclient's client.
        """
        self.limits, self.costs = limits or Limits(), costs or {}
        self.watch, self.hung, self.spent = None, "", {}
        traits = {"timeout": None, "startup_timeout": PATIENCE, "iopub_timeout": PATIENCE}
        traits |= {"raise_on_iopub_timeout": True, "kernel_name": "python3"}
        traits["resources"] = {"metadata": {"path": str(folder)}}
        super().__init__(notebook, **traits, **more)

    async def async_execute_cell(self, cell, cell_index, *rest, **more):
        """Run one cell as nbclient does.

        Raises:
            Hung: If it hung; the message says how that showed.
        """
        self.watch = Watch(self.km.provisioner.pid, self.limits, self.costs.get(cell.get("id")))
        looking = asyncio.create_task(self._look())
        try:
            return await super().async_execute_cell(cell, cell_index, *rest, **more)
        except DeadKernelError:
            if self.hung:
                raise Hung(self.hung) from None
            raise
        finally:
            looking.cancel()
            self.watch.measure()
            self.spent[cell_index] = self.watch.spent

    def process_message(self, msg, cell, cell_index):
        """Take in a message of the kernel: a sign of life."""
        self.watch.heard()
        return super().process_message(msg, cell, cell_index)

    async def _look(self):
        while not self.hung:
            await asyncio.sleep(LOOK_SECONDS)
            self.hung = self.watch.look()
        end(self.watch.pid)


def execute(notebook, folder, limits=None, costs=None):
    """Run all cells in a fresh kernel whose working directory is `folder`.

    Args:
        notebook: The notebook; its outputs are replaced.
        folder: Path of the working directory.
        limits: When a cell counts as hung; the usual Limits by default.
        costs: What cells usually cost, {id: processor seconds}.

    Returns:
        The notebook, and a list of the processor seconds of its code cells.

    Raises:
        NotExecuted: If a cell fails, hangs or loses its kernel, or writes to stderr.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    running = ["(none)"]
    client = WatchedClient(
        notebook,
        folder,
        limits,
        costs,
        record_timing=False,
        on_cell_execute=lambda cell, cell_index: running.append(cell.get("id")),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise NotExecuted(f"cell {running[-1]}: {error.ename}: {error.evalue}") from error
    except Exception as error:  # a dead kernel, a cell that hangs
        raise NotExecuted(f"cell {running[-1]}: {type(error).__name__}: {error}") from error
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise NotExecuted(f"cell {cell.get('id')}: wrote to stderr: {output.text.strip()}")
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    return notebook, [client.spent[i] for i in code]
