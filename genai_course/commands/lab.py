"""`lab [NN]`: JupyterLab on the first notebook or another, for this person on this machine only."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks
from genai_course.commands.verbs import COURSE

FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"
USUAL_PORT = 8888
SETTINGS = Path(__file__).with_name("jupyter")  # no news pop-up: labconfig inside
START_SECONDS, STOP_SECONDS = 60, 15


def main(arguments: Sequence[str]) -> int:
    """Run JupyterLab until it is stopped; return its exit code."""
    options = COURSE.read("lab", arguments)
    notebook = path_of(options.number)
    browser = has_browser() and not options.no_browser
    port, token = free_port(options.port), secrets.token_hex(24)
    environ = lab_environment(os.environ, token)
    server = subprocess.Popen(lab_command(port, browser, notebook), cwd=ROOT, env=environ)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    words = (server, port, token, browser, notebook)
    threading.Thread(target=_announce, args=words, daemon=True).start()
    try:
        code = server.wait()
    except KeyboardInterrupt:
        code = _stop(server)
    if code not in (0, -signal.SIGTERM, -signal.SIGINT):
        raise Stop(f"JupyterLab ended with exit code {code}; what it said stands above.")
    print("\nJupyterLab has stopped.")
    return 0


def path_of(number: str | None, root: Path = ROOT) -> str:
    """Return the path of a notebook in the course's folder; None means the first one."""
    if number is None:
        return FIRST_NOTEBOOK
    path, *_ = find_notebooks([number], root, folders=("notebooks",))
    return path.relative_to(root).as_posix()


def lab_command(port: int, browser: bool, notebook: str) -> list[str]:
    """Return the words that start JupyterLab on `port` and open a notebook, in a browser or not."""
    command = [sys.executable, "-m", "jupyterlab", notebook]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={ROOT}"]
    command += ["--LabApp.news_url=None"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--LabApp.extension_manager=readonly"]  # it would ask the package registry
    command += ["--ServerApp.answer_yes=True", "--log-level=WARN", "--LabApp.log_level=WARN"]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def lab_environment(environ: Mapping[str, str], token: str) -> dict[str, str]:
    """Return the environment of the server.

    The token travels here, where other users of the machine cannot read it, and not on the
    command line. The kernel `python3` is to be this interpreter's, not one found in a home folder.
    """
    paths = [str(SETTINGS), environ.get("JUPYTER_CONFIG_PATH", "")]
    return {
        **environ,
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTORCH_ENABLE_MPS_FALLBACK": environ.get("PYTORCH_ENABLE_MPS_FALLBACK", "1"),
    }


def has_browser() -> bool:
    """Say whether a browser can show a page here; one that runs in the terminal does not count."""
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("BROWSER")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def free_port(wanted: int | None = None) -> int:
    """Return the port wanted; for None the usual one if nobody uses it, else any free one.

    Raises:
        Stop: If the port wanted cannot be had, or there is none.
    """
    for port in (USUAL_PORT, 0) if wanted is None else (wanted,):
        with socket.socket() as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                reason = error.strerror
                continue
            return probe.getsockname()[1]
    if wanted is not None:
        raise Stop(f"Port {wanted} cannot be used ({reason}): name another one, or none.")
    raise Stop("No network port is free on 127.0.0.1: close some programs and repeat.")


def _announce(server, port, token, browser, notebook):
    """Print the address once this server answers, and not before.

    Another one may have taken the port in the meantime, as when two are started at once: it does
    not know the token, and this one ends by itself.
    """
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if _answers(port, token):
            first = "JupyterLab opens in your browser; if it does not, open" if browser else "Open"
            address = f"http://127.0.0.1:{port}/lab/tree/{notebook}?token={token}"
            print(f"\n{first} this address:\n\n    {address}\n\nCtrl-C stops it.", flush=True)
            return
        time.sleep(0.2)


def _answers(port, token):
    """Say whether a server on this machine answers to the token."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = f"http://127.0.0.1:{port}/api/status?token={token}"
    try:
        with direct.open(address, timeout=5):
            return True
    except (OSError, http.client.HTTPException):
        return False


def _stop(server):
    """The terminal has sent Ctrl-C to the server too; make sure that it ends."""
    try:
        server.terminate()
        return server.wait(STOP_SECONDS) and 0
    except subprocess.TimeoutExpired:
        server.kill()
    except KeyboardInterrupt:
        server.kill()
    server.wait()
    return 0
