"""The verbs: what they call, what they print, what their exit codes say."""

import ast
import http.server
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_notebook import a_notebook

from genai_course.commands import Stop, clean, cli, environment, lab, notebooks, setup
from genai_course.commands.verbs import COURSE
from workbench.verbs import WORKBENCH

REPOSITORY = Path(__file__).parents[3]
COMMANDS = [
    path
    for path in sorted((REPOSITORY / "genai_course" / "commands").glob("*.py"))
    if path.name != "lab_files.py"  # a part of the server that `lab` starts
]


# ---------------------------------------------------------------- any Python, no packages


@pytest.mark.parametrize("name", ["__main__.py", "__init__.py"])
def test_what_an_old_python_reads_is_in_its_language(name):
    source = (REPOSITORY / "genai_course" / name).read_bytes()
    tree = ast.parse(source.decode("ascii"), feature_version=(3, 4))
    assert not any(isinstance(node, ast.JoinedStr) for node in ast.walk(tree))


def test_an_old_python_says_one_sentence():
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 18, 'final', 0);"
        "runpy.run_module('genai_course', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "Python 3.10 or newer is needed; this is 3.9.\n"


def test_commands_need_nothing_but_the_standard_library():
    names = [f"genai_course.commands.{path.stem}" for path in COMMANDS if path.stem != "__init__"]
    code = "import importlib\n" + "\n".join(f"importlib.import_module({name!r})" for name in names)
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- words in, exit codes out


def test_no_verb_and_wrong_verb_show_the_usage(capsys):
    assert cli.main([]) == 2
    assert cli.main(["--help"]) == 0
    assert cli.main(["lib"]) == 2
    said = capsys.readouterr()
    assert said.out.count("usage:") == 2
    assert said.err.startswith("There is no verb 'lib'; there are: lab, ")


@pytest.mark.parametrize(("reason", "code"), [(Stop("No disk."), 1), (KeyboardInterrupt(), 130)])
def test_trouble_becomes_one_sentence_and_a_code(monkeypatch, capsys, reason, code):
    def fail(arguments):
        raise reason

    monkeypatch.setattr(setup, "main", fail)
    assert cli.main(["setup"]) == code
    said = capsys.readouterr()
    assert said.out == "" and said.err.strip() in ("No disk.", "Stopped.")


def test_waiting_threads_sleep_in_whatever_a_verb_starts(monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    seen = []
    command = [sys.executable, "-c", "import os; print(os.environ['OMP_WAIT_POLICY'])"]
    verb = SimpleNamespace(main=lambda words: seen.append(subprocess.check_output(command)) or 0)
    monkeypatch.setattr(cli.importlib, "import_module", lambda name: verb)
    assert cli.main(["doctor"]) == 0
    assert seen[0].strip() == b"PASSIVE"
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")  # a choice of one's own is kept
    cli.main(["doctor"])
    assert seen[1].strip() == b"ACTIVE"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("ascii", "✓ 生成".encode()),
        ("utf-8", "✓ 生成".encode()),
        ("latin-1", b"\\u2713 \\u751f\\u6210"),
    ],
)
def test_every_stream_can_print_a_tick_and_a_strange_folder(encoding, said):
    buffer = io.BytesIO()
    errors = "surrogateescape" if encoding == "ascii" else "strict"
    stream = io.TextIOWrapper(buffer, encoding=encoding, errors=errors)
    path = "生成" if encoding != "ascii" else "生成".encode().decode("ascii", "surrogateescape")
    cli.speak_plainly(stream)
    print("✓", path, end="", file=stream, flush=True)
    assert buffer.getvalue() == said


@pytest.mark.skipif(os.name == "nt", reason="names of files are bytes on POSIX")
def test_the_stamp_of_a_strange_folder_is_the_same_in_every_locale(tmp_path):
    course = tmp_path / "生成模型 course"
    course.mkdir()
    for name in environment.SOURCES:
        (course / name).touch()
    code = (
        "import sys; from genai_course.commands.environment import fingerprint;"
        "print(fingerprint(sys.argv[1], (3, 12, 1)))"
    )
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    hashes = {
        subprocess.check_output(
            [sys.executable, "-S", "-c", code, str(course)],
            cwd=REPOSITORY,
            env={**os.environ, **more},
        )
        for more in ({"PYTHONUTF8": "1"}, plain)
    }
    assert len(hashes) == 1


def forget_make(monkeypatch):
    """A `make test N=...` hands its N on to every make that runs within it."""
    for name in ("MAKEFLAGS", "MAKEOVERRIDES", "N"):
        monkeypatch.delenv(name, raising=False)


def test_makefile_hands_each_verb_on(monkeypatch):
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    forget_make(monkeypatch)

    def words(*arguments):
        command = ["make", "-n", "--no-print-directory", "PYTHON=python3", *arguments]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    for program in (WORKBENCH, COURSE):
        for verb in program.verbs:
            at = "genai_course" if COURSE.verb(verb.name) else "workbench"
            assert words(verb.name) == f'"python3" -m {at} {verb.name}'
    assert words("notebooks", "N=04") == '"python3" -m workbench notebooks 04'
    lab_words = '"python3" -m genai_course lab 05 --port 9100'
    assert words("lab", "N=05", "PORT=9100") == lab_words
    monkeypatch.setenv("PORT", "9100")  # some other program's
    assert words("lab", "N=05") == '"python3" -m genai_course lab 05'
    assert words("clean", "N=04") == '"python3" -m genai_course clean 04'  # which refuses
    assert words("test", "N=04") == '"python3" -m genai_course test 04'
    assert words("pretrained", "N=dcgan") == '"python3" -m workbench pretrained dcgan'
    assert words("back", "N=04") == '"python3" -m workbench edit --back 04'


@pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="needs make")
def test_makefile_passes_over_a_python_that_is_too_old(monkeypatch, tmp_path):
    forget_make(monkeypatch)
    for name, code in (("python3", 1), ("python3.11", 0), ("uv", 1)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    for tool in ("make", "sh"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    environ = {**os.environ, "PATH": str(tmp_path)}
    environ.pop("PYTHON", None)
    command = [str(tmp_path / "make"), "-n", "--no-print-directory", "doctor"]
    done = subprocess.run(command, cwd=REPOSITORY, env=environ, capture_output=True, text=True)
    assert done.stdout.strip() == '"python3.11" -m genai_course doctor'
    (tmp_path / "python3.11").unlink()
    (tmp_path / "python3.13").unlink(missing_ok=True)
    done = subprocess.run(command, cwd=REPOSITORY, env=environ, capture_output=True, text=True)
    assert done.stdout.strip() == '"python3" -m genai_course doctor'  # which says what is missing


# ---------------------------------------------------------------- which environment


@pytest.fixture
def crossroads(monkeypatch, tmp_path):
    """Record whether a verb set things up and whether it went on under another interpreter."""
    seen = {"installed": False, "refreshed": False, "steps": []}

    def ensure(root):
        seen["steps"].append("ensure")
        return Path("python"), seen["refreshed"]

    monkeypatch.setattr(environment, "is_installed_here", lambda root: seen["installed"])
    monkeypatch.setattr(environment, "run_again", lambda *words: seen["steps"].append("again"))
    monkeypatch.setattr(setup, "ensure", ensure)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "elsewhere"))
    (tmp_path / ".venv").mkdir()
    seen["root"] = tmp_path
    return seen


def test_an_environment_of_your_own_is_used_as_it_is(crossroads):
    crossroads["installed"] = True
    cli.enter(["lab"], crossroads["root"])
    assert crossroads["steps"] == []


def test_a_bare_python_sets_up_and_hands_over(crossroads):
    cli.enter(["lab"], crossroads["root"])
    assert crossroads["steps"] == ["ensure", "again"]


@pytest.mark.parametrize(("refreshed", "steps"), [(False, ["ensure"]), (True, ["ensure", "again"])])
def test_inside_venv_it_goes_on_unless_something_was_refreshed(
    crossroads, monkeypatch, refreshed, steps
):
    crossroads["refreshed"] = refreshed
    monkeypatch.setattr(sys, "prefix", str(crossroads["root"] / ".venv"))
    cli.enter(["lab"], crossroads["root"])
    assert crossroads["steps"] == steps


def test_this_interpreter_has_the_course_from_this_folder_only(tmp_path):
    assert environment.is_installed_here(REPOSITORY)
    assert not environment.is_installed_here(tmp_path)


def test_build_leftovers_in_the_folder_are_not_taken_for_an_installation():
    code = "from genai_course.commands.environment import installed_distribution as look"
    command = [sys._base_executable, "-S", "-c", code + "; print(look())"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"


class Distribution:
    def __init__(self, *requires):
        self.requires = list(requires)


def test_unmet_requirements_are_named():
    wanted = Distribution("pytest>=8", "torch<1", "no-such-package", 'other; extra == "test"')
    faults = environment.unmet_requirements(wanted)
    assert len(faults) == 2
    assert faults[0].startswith("torch is ") and faults[0].endswith("wanted <1")
    assert faults[1] == "no-such-package is missing"


def test_running_again_passes_words_and_code_on(tmp_path):
    code = (
        "import sys; from genai_course.commands.environment import run_again;"
        "run_again(sys.executable, ['no such verb'])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 2 and "no verb 'no such verb'" in done.stderr


# ---------------------------------------------------------------- lab


@pytest.mark.skipif(os.name == "nt", reason="root is a POSIX notion")
@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_only_root_gets_allow_root(monkeypatch, user, allowed):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in lab.lab_command(8888, True, "a.ipynb")) == allowed


def test_lab_stays_on_this_machine_and_keeps_its_token_secret():
    environ = lab.lab_environment({"JUPYTER_CONFIG_PATH": "mine"}, "t0ken")
    command = lab.lab_command(8889, False, "a.ipynb")
    assert "--ServerApp.ip=127.0.0.1" in command and "--ServerApp.port=8889" in command
    assert "--no-browser" in command and "a.ipynb" in command
    assert "--no-browser" not in lab.lab_command(8889, True, "a.ipynb")
    assert environ["JUPYTER_TOKEN"] == "t0ken" and "t0ken" not in " ".join(command)
    assert environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)[1] == "mine"


def test_lab_avoids_a_port_in_use():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", lab.USUAL_PORT))
            other.listen()
        except OSError:
            pass  # somebody else has it: just as good
        assert lab.free_port() != lab.USUAL_PORT


@pytest.mark.skipif(sys.platform != "linux", reason="displays are named so on Linux only")
def test_no_display_means_no_browser(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert not lab.has_browser()
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(lab.webbrowser, "get", lambda: None)
    assert lab.has_browser()


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
def test_lab_runs_asks_no_website_and_stops_on_ctrl_c(tmp_path):
    environ = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environ = {**environ, "BROWSER": "", "HOME": str(tmp_path)}
    environ |= {
        f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")
    }
    code = "from genai_course.commands.lab import main; main([])"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C stops it." in line:
                break
        address, token = re.search(r"(http://127\.0\.0\.1:\d+)/lab\S*token=(\w+)", said).groups()
        settings = "/lab/api/settings/@jupyterlab/apputils-extension:notification"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address + settings)
        answer = json.load(urllib.request.urlopen(f"{address}{settings}?token={token}"))
        properties = answer["schema"]["properties"]
        assert properties["fetchNews"]["default"] == "false"
        assert properties["checkForUpdates"]["default"] is False
        page = urllib.request.urlopen(f"{address}/lab?token={token}").read().decode()
        assert re.search(r'"news": \{"disabled": true\}', page)
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate()[0]
    assert process.returncode == 0 and rest.endswith("JupyterLab has stopped.\n")
    assert "Traceback" not in rest


class OneToken(http.server.BaseHTTPRequestHandler):
    """A server that knows one token only, as another learner's JupyterLab does."""

    def do_GET(self):
        """Answer to "ours", refuse all else."""
        self.send_response(200 if self.path == "/api/status?token=ours" else 403)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.mark.parametrize(("token", "announced"), [("ours", True), ("theirs", False)])
def test_the_address_of_somebody_elses_server_is_never_announced(
    monkeypatch, capsys, token, announced
):
    monkeypatch.setattr(lab, "START_SECONDS", 1)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # what a company has set is passed by
    with http.server.HTTPServer(("127.0.0.1", 0), OneToken) as there:
        threading.Thread(target=there.serve_forever, daemon=True).start()
        alive = SimpleNamespace(poll=lambda: None)
        lab._announce(alive, there.server_port, token, False, "a.ipynb")
        there.shutdown()
    assert (f"token={token}" in capsys.readouterr().out) == announced


# ---------------------------------------------------------------- notebooks, clean


def test_notebooks_are_found_by_number_and_come_in_order(tmp_path):
    for name in ("notebooks/04_gan", "notebooks/00_start", "notebooks/solutions/00_start"):
        a_notebook(tmp_path / f"{name}.ipynb", 7)

    def names(*numbers):
        found = notebooks.find_notebooks(numbers, tmp_path)
        return [path.relative_to(tmp_path / "notebooks").as_posix() for path in found]

    everything = ["00_start.ipynb", "solutions/00_start.ipynb", "04_gan.ipynb"]
    assert names() == everything
    assert names("4") == names("04") == names("04_gan") == ["04_gan.ipynb"]
    assert names("0", "04", "4") == everything
    with pytest.raises(Stop, match="no notebook '07'; there are: 00_start, 04_gan"):
        names("07")


def test_clean_removes_what_set_up_made_and_nothing_else(tmp_path, capsys):
    for name in (".venv/pyvenv.cfg", ".pytest_cache/x", "notebooks/mine.ipynb", ".setup.log"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert clean.main([], tmp_path) == 0
    assert [path.name for path in tmp_path.rglob("*")] == ["notebooks", "mine.ipynb"]
    assert clean.main([], tmp_path) == 0


def test_clean_leaves_a_file_that_is_no_environment(tmp_path):
    (tmp_path / ".venv").write_text("mine")
    with pytest.raises(Stop, match="no Python environment"):
        clean.main([], tmp_path)
    assert (tmp_path / ".venv").read_text() == "mine"


def test_clean_leaves_a_folder_that_is_no_environment(tmp_path):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "thesis.txt").touch()
    with pytest.raises(Stop, match="no Python environment"):
        clean.main([], tmp_path)
    assert (tmp_path / ".venv" / "thesis.txt").exists()
