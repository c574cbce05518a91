"""How `lab` reads and saves notebooks: nothing of this machine's Python stays in the file.

JupyterLab writes name and version of the running kernel into each notebook that it opens, and so
takes it for changed at once. Here it finds in the notebook what it is about to write; on the way
back to the disk that is exchanged for what all notebooks of the course have.
"""

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from genai_course.commands.notebooks import METADATA

KERNEL = METADATA["kernelspec"]["name"]


class CourseFiles(AsyncLargeFileManager):
    """The files of a Jupyter server, as ever but for the metadata of notebooks."""

    async def get(self, path: str, *arguments: object, **options: object) -> dict:
        """Return the file; a notebook names the kernel of this server."""
        model = await super().get(path, *arguments, **options)
        _exchange(model, _this_kernel)
        return model

    async def save(self, model: dict, path: str = "") -> dict:
        """Write the file; a notebook names the kernel as all of the course do."""
        _exchange(model, lambda: METADATA)
        return await super().save(model, path)


def _exchange(model, wanted):
    """Give a notebook that runs in the usual kernel the metadata wanted."""
    if model.get("type") == "notebook" and model.get("content"):
        metadata = model["content"]["metadata"]
        if metadata.get("kernelspec", {}).get("name") == KERNEL:
            metadata.update(wanted())


def _this_kernel():
    spec = KernelSpecManager().get_kernel_spec(KERNEL)
    names = {"name": KERNEL, "display_name": spec.display_name, "language": spec.language}
    return {"kernelspec": names, "language_info": dict(IPythonKernel.language_info)}
