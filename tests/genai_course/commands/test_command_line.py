"""Words on a command line: help does nothing, and a word that is not known stops everything."""

import errno
import functools
import importlib
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from genai_course.commands import Stop, cli, lab
from genai_course.commands.command_line import CommandLine, plainly, whole
from genai_course.commands.verbs import COURSE
from genai_course.data.mnist_files import DataError
from genai_course.environ import WrongVariable
from genai_course.evaluation.judge import DATA_NAMES
from genai_course.models import pretrained
from workbench import verbs
from workbench.speed.models import MODELS
from workbench.verbs import WORKBENCH

REPOSITORY = Path(__file__).parents[3]
VERBS = [(program, verb.name) for program in (COURSE, WORKBENCH) for verb in program.verbs]
NAMES = [f"{program.name} {name}" for program, name in VERBS]
SCRIPTS = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for folder in ("genai_course", "workbench")
    for path in (REPOSITORY / folder).rglob("*.py")
    if "\nif __name__ ==" in path.read_text(encoding="utf-8")
    and path.name not in ("__main__.py", "confined.py")  # the verbs; a wrapper of other commands
)
BENCHMARKS = [s for s in SCRIPTS if s.startswith(("workbench/speed", "workbench/collapse"))]
AUTHORING = [script for script in SCRIPTS if script not in BENCHMARKS]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course's code, with an environment that set-up and clean would go for."""
    folder = tmp_path_factory.mktemp("copy") / "course"
    left_out = shutil.ignore_patterns("__pycache__", "*.safetensors", ".venv")
    for name in ("genai_course", "workbench", "notebooks"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=left_out)
    for name in ("pyproject.toml", "constraints.txt", "README.md"):
        shutil.copy(REPOSITORY / name, folder)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "pyvenv.cfg").touch()
    return folder


def say(course, words, *options):
    """Run Python in the course with nothing installed and nothing on the PATH."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "GENAI"))}
    environ |= {"PATH": "", "PYTHONDONTWRITEBYTECODE": "1", "PIP_NO_INDEX": "1", "COLUMNS": "80"}
    command = [sys.executable, *options, *words]
    return subprocess.run(command, cwd=course, env=environ, capture_output=True, text=True)


def program_of(verb):
    """The program that a person would ask for this verb."""
    return COURSE if COURSE.verb(verb) else WORKBENCH


def content(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


# ---------------------------------------------------------------- the verbs


@pytest.mark.parametrize(("program", "verb"), VERBS, ids=NAMES)
def test_help_prints_the_usage_of_the_verb_and_does_nothing(course, program, verb):
    before = content(course)
    done = say(course, ["-m", program.name, verb, "--help"], "-S")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: python -m {program.name} {verb} [-h]")
    assert content(course) == before


@pytest.fixture
def untouched(monkeypatch):
    """A machine on which a verb that goes on says so."""
    seen = []
    enter = "genai_course.commands.cli.enter"
    monkeypatch.setattr(enter, lambda words, program: seen.append([program, *words]))
    verb = SimpleNamespace(main=lambda words: seen.append(words) or 0)
    monkeypatch.setattr(cli.importlib, "import_module", lambda name: verb)
    return seen


@pytest.mark.parametrize("word", ["--no-such-option", "no-such-word", "-h"])
@pytest.mark.parametrize(("program", "verb"), VERBS, ids=NAMES)
def test_no_verb_goes_on_after_a_word_that_is_not_known(untouched, capsys, program, verb, word):
    code = cli.main([verb, word], program)
    said = capsys.readouterr()
    assert untouched == []
    if word == "-h":
        assert code == 0 and said.err == "" and f"{program.name} {verb} " in said.out
        return
    assert code == 2 and said.out == ""
    assert said.err.count("\n") == 1 and f"{word!r}" in said.err or verb == "edit"
    assert said.err.startswith(f"python -m {program.name} {verb}: ")


@pytest.mark.parametrize(
    "words",
    ["lab 99", "lab 04 05", "lab --port", "lab --port 0", "lab --port 70000", "lab --port x",
     "lab --no", "test 04 99", "test ''", "notebooks 4.5", "edit", "edit 99", "edit --back",
     "edit back 04", "judge mnist emnist", "pretrained gans", "matrix python moon", "classroom 0",
     "classroom -3", "classroom two", "classroom ²", "classroom 3 4", "benchmark --rounds 0",
     "benchmark --models gans", "benchmark --skip", "gpu 99", "mutants ga", "mutants gan vae",
     "margins 99", "margins --runs 0", "margins R=3",
     "doctor 04", "setup --torch-index x", "clean .", "faults 3"],
)  # fmt: skip
def test_a_word_that_makes_no_sense_is_one_line(untouched, capsys, words):
    verb, *more = [word.strip("'") for word in words.split()]
    assert cli.main([verb, *more], program_of(verb)) == 2
    said = capsys.readouterr()
    assert untouched == [] and said.out == "" and said.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    ["lab", "lab 05", "lab 5 --no-browser", "lab --port 9100 05_dcgan", "test", "test 04 5",
     "notebooks 12", "edit --back 04", "edit 04 --back", "judge", "judge digits mnist",
     "pretrained dcgan", "matrix python home", "classroom", "classroom 3",
     "benchmark --models gan vae --skip race --store", "gpu 00", "mutants", "mutants sample",
     "mutants notebooks", "mutants gan.losses", "margins", "margins 07 --runs 20 --at-once 1",
     "doctor", "setup", "clean", "faults"],
)  # fmt: skip
def test_a_word_that_makes_sense_reaches_the_verb(untouched, words):
    verb, *more = words.split()
    program = program_of(verb)
    assert cli.main([verb, *more], program) == 0
    assert untouched[-1] == more
    assert untouched[:-1] == ([] if program.verb(verb).bare else [[program.name, verb, *more]])


def test_help_of_one_verb_can_be_asked_in_front(capsys):
    assert cli.main(["help", "clean"]) == 0
    assert capsys.readouterr().out.startswith("usage: python -m genai_course clean [-h]")
    assert cli.main(["help", "cleen"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("There is no verb 'cleen'; there are: lab, ")
    assert said.err.count("\n") == 1


def test_a_verb_of_the_other_program_is_not_known_but_shown_the_way(capsys):
    assert cli.main(["margins"]) == 2
    assert capsys.readouterr().err.endswith(". python -m workbench has the verbs for authors.\n")
    assert cli.main(["lab"], WORKBENCH) == 2
    assert capsys.readouterr().err.endswith("python -m genai_course has the verbs for learners.\n")


def test_every_verb_stands_in_the_usage_and_in_the_makefile():
    makefile = (REPOSITORY / "Makefile").read_text()
    for program, verb in VERBS:
        assert callable(importlib.import_module(program.verb(verb).module).main)
        assert re.search(rf"^  {verb}( .*)?  \w", program.usage(), re.MULTILINE)
        assert re.search(rf"^#   make {verb} ", makefile, re.MULTILINE)


def test_the_names_that_may_be_said_are_those_that_there_are():
    assert verbs.SHIPPED == pretrained.NAMES and verbs.JUDGED == DATA_NAMES
    assert verbs.MEASURED == tuple(MODELS)


# ---------------------------------------------------------------- trouble from outside


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (DataError("MNIST cannot be had."), "MNIST cannot be had."),
        (WrongVariable("GENAI_COURSE_DEVICE is 'gpu'."), "GENAI_COURSE_DEVICE is 'gpu'."),
        (PermissionError(errno.EACCES, "No leave", "x"), "x cannot be used: No leave."),
        (OSError(errno.ENOSPC, "Disk full"), "A file cannot be used: Disk full."),
    ],
)
@pytest.mark.parametrize(("program", "verb"), VERBS, ids=NAMES)
def test_trouble_from_outside_is_one_sentence_after_every_verb(
    monkeypatch, capsys, program, verb, trouble, said
):
    def fail(words):
        raise trouble

    monkeypatch.setattr("genai_course.commands.cli.enter", lambda words, program: None)
    verb_module = SimpleNamespace(main=fail)
    monkeypatch.setattr(cli.importlib, "import_module", lambda name: verb_module)
    words = ["04"] if verb == "edit" else []
    with pytest.raises(SystemExit) as end:  # with a sentence: it is printed, and the code is 1
        cli.main([verb, *words], program)
    assert end.value.code == said


@pytest.mark.parametrize("trouble", [ValueError("a bug"), KeyError("a bug"), OSError(22, "a bug")])
def test_a_mistake_in_the_course_itself_is_not_hidden(trouble):
    with pytest.raises(type(trouble), match="a bug"), plainly():
        raise trouble


@pytest.mark.parametrize(
    "script",
    ["speed.benchmark", "collapse.scoreboard", "collapse.stacked_mnist", "collapse.causes"],
)
def test_a_benchmark_says_in_one_sentence_that_there_is_no_data(monkeypatch, tmp_path, script):
    monkeypatch.setenv("GENAI_COURSE_DATA", str(tmp_path / "nowhere"))
    monkeypatch.chdir(tmp_path)
    module, words = importlib.import_module(f"workbench.{script}"), []
    main = module.main
    if script in ("collapse.scoreboard", "collapse.stacked_mnist"):
        words = ["--out", str(tmp_path / "x.json")]
    if script == "collapse.causes":
        monkeypatch.setattr(module, "CAUSES", ())
        main = functools.partial(main, path=tmp_path / "x.json")
    if script == "collapse.scoreboard":
        words += ["--columns", "pixel_fast", "--rows", "none"]
    with pytest.raises(SystemExit) as end:
        main(words)
    assert str(end.value.code).startswith("GENAI_COURSE_DATA is ")


# ---------------------------------------------------------------- lab


@pytest.fixture
def server(monkeypatch):
    """No JupyterLab; how it would have been started."""
    started = []

    def start(command, **options):
        started.append(command)
        return SimpleNamespace(wait=lambda: 0, poll=lambda: 0, terminate=lambda: None)

    monkeypatch.setattr(lab.subprocess, "Popen", start)
    monkeypatch.setattr(lab.signal, "signal", lambda *words: None)
    monkeypatch.setattr(lab, "has_browser", lambda: True)
    return started


def a_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_lab_opens_the_notebook_on_the_port_that_was_said(server):
    port = a_free_port()
    assert lab.main(["--port", str(port), "05", "--no-browser"]) == 0
    assert server[0][3] == "notebooks/05_dcgan.ipynb"
    assert f"--ServerApp.port={port}" in server[0] and "--no-browser" in server[0]
    assert lab.main([]) == 0
    assert server[1][3] == "notebooks/00_start_here.ipynb" and "--no-browser" not in server[1]


def test_a_port_in_use_is_one_sentence(server):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Stop, match=rf"^Port {port} cannot be used \(.*in use.*\): .*\.$"):
            lab.main(["--port", str(port)])
    assert server == []


def test_the_address_that_is_announced_is_that_of_the_notebook(monkeypatch, capsys):
    monkeypatch.setattr(lab, "_answers", lambda port, token: True)
    lab._announce(SimpleNamespace(poll=lambda: None), 9100, "t", False, "notebooks/05_dcgan.ipynb")
    assert "http://127.0.0.1:9100/lab/tree/notebooks/05_dcgan.ipynb?" in capsys.readouterr().out


# ---------------------------------------------------------------- scripts


RUN_EACH = """
import runpy, sys
for script in sys.argv[2:]:
    sys.argv[:] = [script, sys.argv[1]]
    try:
        runpy.run_path(script, run_name="__main__")
        code = None
    except SystemExit as end:
        code = end.code
    print(f"{script} ended with {code}")
"""


@pytest.mark.parametrize(("word", "code"), [("--help", 0), ("--no-such-option", 2)])
def test_an_authors_script_does_nothing_before_its_words_are_right(course, word, code):
    before = content(course)
    done = say(course, ["-c", RUN_EACH, word, *AUTHORING])
    assert done.returncode == 0, done.stderr
    for script in AUTHORING:
        assert f"{script} ended with {code}\n" in done.stdout
    assert content(course) == before
    assert done.stdout.count("usage: ") == (len(AUTHORING) if code == 0 else 0)
    assert done.stderr.count("\n") == (0 if code == 0 else len(AUTHORING))


@pytest.mark.parametrize("script", BENCHMARKS)
def test_a_benchmark_does_nothing_before_its_words_are_right(monkeypatch, tmp_path, capsys, script):
    module = importlib.import_module(script.removesuffix(".py").replace("/", "."))
    monkeypatch.chdir(tmp_path)
    for word, code in (("--help", 0), ("--no-such-option", 2), ("--threads=0", 2)):
        with pytest.raises(SystemExit) as end:
            module.main([word])
        said = capsys.readouterr()
        assert end.value.code == code
        assert said.out.startswith("usage: ") if code == 0 else said.err.count("\n") == 1
    assert not any(tmp_path.iterdir())


def test_no_script_reads_its_words_by_hand():
    for script in SCRIPTS:
        source = (REPOSITORY / script).read_text(encoding="utf-8")
        assert "sys.argv" not in source and "import argparse" not in source, script
    assert len(AUTHORING) >= 5 and len(BENCHMARKS) >= 6


def test_a_shortened_option_is_not_guessed_at(capsys):
    line = CommandLine(prog="it")
    line.add_argument("--store", type=whole(0))
    assert line.parse_args(["--store", "0"]).store == 0
    with pytest.raises(SystemExit) as end:
        line.parse_args(["--sto", "3"])
    assert end.value.code == 2
    assert capsys.readouterr().err == "it: '--sto' is not known (--help shows what can be said)\n"
