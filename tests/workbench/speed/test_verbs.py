"""The verbs `benchmark` and `gpu`: what they start, what they refuse, what they keep."""

import json
from types import SimpleNamespace

import pytest
import torch

from genai_course.commands import Stop, cli
from workbench.environments import gpu
from workbench.speed import benchmark
from workbench.suite import test as test_verb
from workbench.suite.pytest_runs import Outcome
from workbench.verbs import WORKBENCH


def test_without_a_gpu_one_sentence_says_so(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr("genai_course.commands.cli.enter", lambda words, program: None)
    assert cli.main(["gpu"], WORKBENCH) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("No GPU here: ") and said.err.count("\n") == 1
    with pytest.raises(Stop):
        gpu.find_gpu()


@pytest.fixture
def pretended(monkeypatch, tmp_path):
    """A machine with a GPU on which notebooks and benchmark only say that they ran."""
    ran = SimpleNamespace(devices=[], words=None, failed=0, code=0)

    def notebooks(paths, root):
        ran.devices.append(gpu.os.environ["GENAI_COURSE_DEVICE"])
        return [Outcome("notebooks/00_start_here.ipynb", 30, ran.failed, 0, 12.34)]

    def measure(words):
        ran.words = words
        return ran.code

    monkeypatch.setenv("GENAI_COURSE_DEVICE", "cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A GPU")
    monkeypatch.setattr(test_verb, "run_notebooks", notebooks)
    monkeypatch.setattr(benchmark, "main", measure)
    return ran


def test_on_a_gpu_everything_runs_there_and_is_kept_under_its_name(pretended, tmp_path, capsys):
    assert gpu.main([], tmp_path) == 0
    assert pretended.devices == ["cuda"] and "--store" in pretended.words
    stored = json.loads((tmp_path / gpu.RESULTS).read_text())
    assert pretended.words[-1] == str(tmp_path / gpu.RESULTS)
    assert stored["notebooks"]["device"] == "A GPU"
    row = {"passed": 30, "failed": 0, "seconds": 12.3}
    assert stored["notebooks"]["rows"] == {"notebooks/00_start_here.ipynb": row}
    assert capsys.readouterr().out.startswith("On A GPU\n")


@pytest.mark.parametrize(("failed", "code"), [(1, 0), (0, 1)])
def test_a_failure_on_the_gpu_is_the_exit_code(pretended, tmp_path, failed, code):
    pretended.failed, pretended.code = failed, code
    assert gpu.main([], tmp_path) == 1
    assert pretended.words is not None  # the benchmark runs all the same
