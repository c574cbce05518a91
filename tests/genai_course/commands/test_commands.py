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
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from genai_course.commands import Stop, clean, cli, environment, lab, notebooks, setup
from genai_course.commands.verbs import COURSE
from workbench.notebooks import edit
from workbench.suite import jobs
from workbench.suite import test as test_verb
from workbench.suite.pytest_runs import Outcome
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
    [("ascii", "✓ 生成".encode()), ("utf-8", "✓ 生成".encode()),
     ("latin-1", b"\\u2713 \\u751f\\u6210")],
)  # fmt: skip
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


def test_makefile_hands_each_verb_on(monkeypatch):
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")

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
def test_makefile_passes_over_a_python_that_is_too_old(tmp_path):
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


# ---------------------------------------------------------------- test


def a_notebook(path, printed):
    """A stored notebook of one cell that prints 7 and whose stored output is `printed`."""
    output = nbformat.v4.new_output("stream", name="stdout", text=f"{printed}\n")
    cell = nbformat.v4.new_code_cell("print(3 + 4)", execution_count=1, outputs=[output])
    cell.id = "sum"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)


@pytest.fixture
def small_course(tmp_path):
    tests = tmp_path / "tests"
    tests.mkdir()
    shutil.copy(REPOSITORY / "tests" / "nbval_sanitize.cfg", tests)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tests / "test_sum.py").write_text("def test_sum():\n    assert 3 + 4 == 7\n")
    a_notebook(tmp_path / "notebooks" / "01_good.ipynb", 7)
    return tmp_path


def test_a_course_without_a_difference_passes(small_course, capfd):
    assert test_verb.main([], small_course) == 0
    said = capfd.readouterr().out
    assert said.splitlines()[-1] == "2 passed, 0 failed"
    assert re.search(r"ok +notebooks/01_good.ipynb +1 passed +0 failed +\d+\.\d s", said)


def test_one_difference_fails_and_is_shown(small_course, capfd):
    a_notebook(small_course / "notebooks" / "solutions" / "02_changed.ipynb", 8)
    assert test_verb.main(["2"], small_course) == 1
    said = capfd.readouterr().out
    assert said.splitlines()[-1] == "0 passed, 1 failed"
    assert re.search(r"FAILED +notebooks/solutions/02_changed.ipynb", said)
    assert "test_sum" not in said and "mismatch 'stdout'" in said


def test_a_unit_test_that_fails_is_counted(small_course, capfd):
    wrong = "def test_wrong():\n    assert 3 + 4 == 8\n"
    (small_course / "tests" / "test_wrong.py").write_text(wrong)
    shutil.rmtree(small_course / "notebooks")
    assert test_verb.main([], small_course) == 1
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


@pytest.fixture
def pretended(monkeypatch):
    """Runs that only take a moment; what ran beside each, with how many threads, in which order."""
    seen = SimpleNamespace(running=set(), beside={}, threads={}, order=[], words=[])

    def pretend(name, words, root, environ, follower):
        seen.order.append(name)
        seen.words.append(words)
        seen.running.add(name)
        time.sleep(0.3)  # long enough for another one to be seen
        seen.beside[name] = set(seen.running) - {name}
        seen.threads[name] = dict(environ)["OMP_NUM_THREADS"]
        seen.running.discard(name)
        return Outcome(name, 1, 0, 0, 0.3)

    monkeypatch.setattr(test_verb, "run_pytest", pretend)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    return seen


def some_jobs(*minutes):
    return [jobs.Job(f"job {number}", (), length) for number, length in enumerate(minutes)]


@pytest.mark.parametrize(("cores", "at_once", "threads"), [(1, 1, "1"), (2, 2, "1"), (8, 4, "2")])
def test_as_many_at_once_as_there_are_cores(pretended, monkeypatch, cores, at_once, threads):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: cores)
    outcomes = test_verb.run_jobs(some_jobs(0.1, 1, 3, 2, 5, 0.5), Path())
    assert [outcome.name for outcome in outcomes] == [f"job {n}" for n in range(6)]
    assert max(len(others) for others in pretended.beside.values()) == at_once - 1
    assert set(pretended.threads.values()) == {threads}
    if cores == 1:
        assert pretended.order == ["job 4", "job 2", "job 3", "job 1", "job 5", "job 0"]


def test_one_long_notebook_gets_all_cores(pretended, monkeypatch):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: 2)
    test_verb.run_jobs(some_jobs(3, 0.1), Path())
    assert not any(pretended.beside.values()) and set(pretended.threads.values()) == {"2"}
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # a choice of one's own is kept
    test_verb.run_jobs(some_jobs(3, 0.1), Path())
    assert set(pretended.threads.values()) == {"1"}


def test_notebooks_run_once_and_solutions_share_two_processes(pretended, monkeypatch, tmp_path):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: 2)
    names = ["01_a", "02_b", "03_c"]
    for name in names:
        a_notebook(tmp_path / "notebooks" / f"{name}.ipynb", 1)
        a_notebook(tmp_path / "notebooks" / "solutions" / f"{name}.ipynb", 1)
    assert test_verb.main([], tmp_path) == 0
    asked = [word for words in pretended.words for word in words if word.endswith(".ipynb")]
    folders = ("notebooks", "notebooks/solutions")
    assert sorted(asked) == sorted(f"{folder}/{name}.ipynb" for folder in folders for name in names)
    assert len(pretended.words) == 5 and all("--nbval" in words for words in pretended.words)
    pretended.words.clear()
    assert test_verb.main(["2"], tmp_path) == 0
    assert [words[-1] for words in pretended.words] == [f"{f}/02_b.ipynb" for f in folders]


def test_browser_tests_have_a_process_and_every_file_runs_once(
    pretended, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: 2)
    folder = tmp_path / "tests"
    (tmp_path / jobs.BROWSER).parent.mkdir(parents=True)
    names = [f"test_{letter}.py" for letter in "abcde"]
    for name in (*names, "conftest.py"):
        (folder / name).touch()
    (tmp_path / jobs.BROWSER).touch()
    a_notebook(tmp_path / "notebooks" / "01_some.ipynb", 7)
    *parts, browser = jobs.unit_tests(tmp_path)
    asked = [word for job in parts for word in job.words if word.endswith(".py")]
    assert len(parts) == 2 and sorted(asked) == [f"tests/{name}" for name in names]
    assert [w for w in browser.words if w.endswith(".py")] == [
        "tests/workbench/notebooks/test_browser.py"
    ]
    assert test_verb.main([], tmp_path) == 0
    table = capsys.readouterr().out.split("All runs")[1]
    rows = (
        "tests, part 1",
        "tests, part 2",
        "tests/workbench/notebooks/test_browser.py",
        "notebooks/01_some.ipynb",
    )
    assert [table.index(row) for row in rows] == sorted(table.index(row) for row in rows)


def test_the_card_of_a_notebook_says_how_long_it_takes(tmp_path):
    path = tmp_path / "04_gan.ipynb"
    path.write_text("- **Time** 60 minutes of reading; about 3 minutes of computing on two cores")
    assert jobs.likely_minutes(path) == 3
    path.write_text("- **Time** 60 minutes of reading; a minute of computing")
    assert jobs.likely_minutes(path) == 0.5
    (tmp_path / "solutions").mkdir()
    assert jobs.likely_minutes(tmp_path / "solutions" / "04_gan.ipynb") < 0.5
    long = [jobs.likely_minutes(path) for path in (REPOSITORY / "notebooks").glob("*.ipynb")]
    assert sum(minutes >= 1 for minutes in long) >= 8  # the pattern still fits the cards


def test_nothing_run_is_not_a_pass(capsys):
    assert test_verb.report([], 0.0) == 1


def test_the_strict_plugin_is_loaded():
    assert "workbench.suite.strict" in jobs.STRICT and "--nbval" in jobs.STRICT


# ---------------------------------------------------------------- notebooks, edit, clean


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


def test_edit_there_and_back(tmp_path, capsys):
    pytest.importorskip("jupytext")
    path = tmp_path / "notebooks" / "04_gan.ipynb"
    a_notebook(path, 7)
    assert edit.main(["04"], tmp_path) == 0
    text = path.with_suffix(".py")
    assert "print(3 + 4)" in text.read_text()
    text.write_text(text.read_text().replace("3 + 4", "3 + 5"))
    assert edit.main(["--back", "04"], tmp_path) == 0
    assert nbformat.read(path, as_version=4).cells[0].source == "print(3 + 5)"


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


def test_a_notebook_that_is_broken_is_one_sentence(tmp_path):
    path = tmp_path / "notebooks" / "04_gan.ipynb"
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(Stop, match=r"^04_gan\.ipynb cannot be read as a notebook: ") as caught:
        edit.main(["04"], tmp_path)
    assert "\n" not in str(caught.value)


def test_clean_leaves_a_folder_that_is_no_environment(tmp_path):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "thesis.txt").touch()
    with pytest.raises(Stop, match="no Python environment"):
        clean.main([], tmp_path)
    assert (tmp_path / ".venv" / "thesis.txt").exists()
