"""Notebooks in a real browser: start JupyterLab, open a notebook in Chromium, run its cells.

The browser test and the screenshots of `screenshots.py` stand on these functions.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from genai_course.commands.environment import ROOT
from workbench.suite.watching import Limits, Watch

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PATIENCE = 600  # seconds; what hangs would hang for ever, and a busy machine is only slow
LAB_SETTINGS = ROOT / "genai_course" / "commands" / "jupyter"  # those of `make lab`
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    # every cell is drawn, not only the visible ones, so that a test can see all outputs
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}
PICTURE_HASH = """async (image) => {
    const bytes = await (await fetch(image.src)).arrayBuffer();
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    return Array.from(new Uint8Array(digest)).map(b => b.toString(16).padStart(2, '0')).join('');
}"""


def find_browser():
    """Return the path of an installed Chromium or Chrome, or None.

    The environment variable GENAI_COURSE_BROWSER may name one.
    """
    named = os.environ.get("GENAI_COURSE_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


@contextlib.contextmanager
def lab_server(folder):
    """Start JupyterLab on `folder` with throw-away settings; yield its address without a path.

    Raises:
        RuntimeError: If the server ends or hangs before it answers.
    """
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        _write_settings(Path(scratch, "settings"))
        log = Path(scratch, "log")
        with log.open("wb") as sink:
            server = subprocess.Popen(
                _lab_command(port, token, folder),
                env=_private_folders(scratch),
                stdout=sink,
                stderr=sink,
            )
        try:
            _wait_for_server(server, f"http://127.0.0.1:{port}/api?token={token}", log)
            yield f"http://127.0.0.1:{port}", token
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def _lab_command(port, token, folder):
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.expose_app_in_browser=True"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def _private_folders(scratch):
    names = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    private = {key: str(Path(scratch, name)) for key, name in names.items()}
    return {**os.environ, **private, "JUPYTER_CONFIG_PATH": str(LAB_SETTINGS)}


def _write_settings(folder):
    for name, values in SETTINGS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")


def _wait_for_server(server, url, log):
    watch = Watch(server.pid, Limits())
    while server.poll() is None and not watch.look():
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    tail = log.read_text(encoding="utf-8", errors="replace")[-600:]
    raise RuntimeError(f"JupyterLab did not start; it said: {tail}")


@contextlib.contextmanager
def browser_page(width=1200, height=1000):
    """Yield a Playwright page in a fresh headless browser.

    Raises:
        RuntimeError: If no browser is installed.
    """
    with fresh_browser() as browser:
        yield new_page(browser, width, height)


def new_page(browser, width=1200, height=1000):
    """Return a Playwright page that shares neither cookies nor storage with others."""
    return browser.new_context(viewport={"width": width, "height": height}).new_page()


@contextlib.contextmanager
def fresh_browser():
    """Start a headless browser; yield Playwright's object for it.

    Raises:
        RuntimeError: If no browser is installed.
    """
    from playwright.sync_api import sync_playwright

    executable = find_browser()
    if executable is None:
        raise RuntimeError("no Chromium or Chrome found; install one or set GENAI_COURSE_BROWSER")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--no-first-run", *quiet]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            yield browser
        finally:
            browser.close()


def open_notebook(page, address, token, name):
    """Open a notebook in a clean workspace and wait until its kernel answers."""
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{address}/lab/tree/{name}?reset&token={token}")
    page.wait_for_selector(".jp-NotebookPanel .jp-Notebook")
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext")
    page.evaluate("""() => {
        window.kernelAnswered = false;
        const context = window.jupyterapp.shell.currentWidget.sessionContext;
        context.ready.then(() => context.session.kernel.info)
            .then(() => { window.kernelAnswered = true; });
    }""")
    page.wait_for_function("() => window.kernelAnswered")


def shut_down_kernel(page):
    """End the kernel of the notebook that the page shows, so that the next one has the machine."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def run_all_cells(page):
    """Run every cell and wait until the last one has ended."""
    page.evaluate("""() => {
        window.runEnded = false;
        window.jupyterapp.commands.execute('notebook:run-all-cells')
            .then(() => { window.runEnded = true; });
    }""")
    page.wait_for_function("() => window.runEnded", timeout=2 * PATIENCE * 1000)


def picture_hash(image):
    """Return the SHA-256 of the bytes that an <img> (a Playwright locator) shows."""
    return image.evaluate(PICTURE_HASH)
