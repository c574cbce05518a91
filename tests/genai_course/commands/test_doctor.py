"""The doctor finds each planted fault, names its remedy, and tells by its exit code."""

import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from genai_course.commands import doctor
from genai_course.commands import doctor_checks as checks
from genai_course.commands.doctor_checks import FAULT, NOTE, OK
from genai_course.data import mnist_files

REPOSITORY = Path(__file__).parents[3]
Found = namedtuple("Found", "raw place tried broken", defaults=(False,))


class Distribution:
    requires = ["torch<1"]


def test_healthy_findings_make_code_0(capsys):
    findings = [checks.Finding(OK, "disk", "50 GB free"), checks.Finding(NOTE, "data", "none", "x")]
    assert doctor.report(findings) == 0
    assert capsys.readouterr().out.endswith("No faults.\n")


def test_a_fault_makes_code_1_and_shows_its_remedy(capsys):
    findings = [checks.Finding(FAULT, "disk", "full", "free some")]
    assert doctor.report(findings) == 1
    said = capsys.readouterr().out
    assert "-> free some" in said and said.endswith("1 fault, see above.\n")


def test_a_check_that_breaks_is_a_fault_and_not_a_traceback():
    def check_moon(root):
        raise OSError("no telescope")

    finding = doctor._examine(check_moon, REPOSITORY)
    assert finding.level == FAULT and finding.subject == "moon" and "telescope" in finding.text


def test_this_environment_is_healthy():
    for check in (checks.check_python, checks.check_packages, checks.check_torch):
        finding = check(REPOSITORY)
        assert finding.level == OK, finding
    assert checks.check_device(REPOSITORY).level in (OK, NOTE)
    assert checks.check_environment(REPOSITORY).level in (OK, NOTE)


def test_an_old_python_is_a_fault(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    finding = checks.check_python(REPOSITORY)
    assert finding.level == FAULT and "3.10" in finding.remedy


def test_a_python_without_the_course_is_a_fault(monkeypatch, tmp_path):
    finding = checks.check_environment(tmp_path)
    assert finding.level == FAULT and "make setup" in finding.remedy
    monkeypatch.setattr(checks, "installed_distribution", lambda: None)
    assert checks.check_packages(tmp_path).level == FAULT


def test_an_environment_older_than_its_lists_is_noted(monkeypatch, tmp_path):
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    finding = checks.check_environment(tmp_path)
    assert finding.level == NOTE and "make setup" in finding.remedy


def test_a_package_out_of_range_is_named(monkeypatch):
    monkeypatch.setattr(checks, "installed_distribution", Distribution)
    finding = checks.check_packages(REPOSITORY)
    assert finding.level == FAULT and "torch is " in finding.text and "wanted <1" in finding.text


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("operator torchvision::nms does not exist", "different kinds of build"),
        ("libcudart.so.13: cannot open shared object file", "make clean"),
    ],
)
def test_builds_that_do_not_load_are_a_fault_with_the_right_remedy(monkeypatch, message, word):
    import torchvision

    def fail(*tensors):
        raise RuntimeError(message)

    monkeypatch.setattr(torchvision.ops, "nms", fail)
    finding = checks.check_torch(REPOSITORY)
    assert finding.level == FAULT and message in finding.text and word in finding.remedy


def test_missing_torch_is_a_fault(monkeypatch):
    monkeypatch.setattr(checks.util, "find_spec", lambda name: None)
    assert checks.check_torch(REPOSITORY).level == FAULT


def test_a_card_that_torch_cannot_use_is_noted(monkeypatch):
    import torch

    from genai_course import reproducibility

    monkeypatch.setattr(reproducibility, "choose_device", lambda: torch.device("cpu"))
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/" + name)
    finding = checks.check_device(REPOSITORY)
    assert finding.level == NOTE and "driver" in finding.remedy
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert checks.check_device(REPOSITORY).level == OK


@pytest.mark.parametrize("units", [(), ("AMX", "AVX512_BF16")])
def test_the_doctor_says_whether_bfloat16_pays(monkeypatch, units):
    from genai_course.training import precision

    monkeypatch.setattr(precision, "bfloat16_units", lambda device: units)
    assert checks.check_bfloat16 in doctor.INSIDE
    finding = checks.check_bfloat16(REPOSITORY)
    assert finding.level == OK and ("AMX and AVX512_BF16" in finding.text) == bool(units)
    assert ("leave use_bfloat16 at False" in finding.text) != bool(units)


def test_a_kernel_of_another_python_is_a_fault(monkeypatch, tmp_path):
    from jupyter_client.kernelspec import KernelSpecManager

    other = tmp_path / "python"
    other.symlink_to(sys.executable)  # the same file in another folder is another environment
    spec = namedtuple("Spec", "argv")
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda *words: spec([str(other)]))
    finding = checks.check_kernel(REPOSITORY)
    assert finding.level == FAULT and str(other) in finding.text
    for good in (sys.executable, "python"):
        spec_of = lambda *words, good=good: spec([good])  # noqa: E731
        monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", spec_of)
        assert checks.check_kernel(REPOSITORY).level == OK


@pytest.mark.parametrize(
    ("found", "level", "word"),
    [
        (Found(Path("raw"), "GENAI_COURSE_DATA", ()), OK, "raw"),
        (Found(None, "", ("the per-user cache: no MNIST there",)), NOTE, "per-user cache"),
        (Found(None, "GENAI_COURSE_DATA", ("x is truncated",), True), FAULT, "truncated"),
    ],
)
def test_data_found_missing_and_broken(monkeypatch, found, level, word):
    monkeypatch.setattr(mnist_files, "locate", lambda: found)
    finding = checks.check_data(REPOSITORY)
    assert finding.level == level and word in finding.text
    assert bool(finding.remedy) == (level != OK)


def test_a_truncated_file_is_found_for_real(monkeypatch, tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for file in mnist_files.FILES:
        (raw / file.name).write_bytes(file.header)
    monkeypatch.setenv("GENAI_COURSE_DATA", str(tmp_path))
    finding = checks.check_data(REPOSITORY)
    assert finding.level == FAULT and "truncated" in finding.text


@pytest.mark.parametrize(("free", "level"), [(0.4e9, FAULT), (4e9, OK)])
def test_a_full_disk_is_a_fault(monkeypatch, free, level):
    usage = namedtuple("Usage", "total used free")(1e12, 0, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    assert checks.check_disk(REPOSITORY).level == level


@pytest.mark.parametrize(("free", "level"), [(1.0, NOTE), (8.0, OK), (None, NOTE)])
def test_little_memory_is_noted(monkeypatch, free, level):
    monkeypatch.setattr(checks, "available_gigabytes", lambda: free)
    assert checks.check_memory(REPOSITORY).level == level


def test_available_memory_is_a_number_that_can_be():
    assert 0 < checks.available_gigabytes() < 1e5


def test_doctor_without_an_environment_looks_at_the_machine_only(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "elsewhere"))
    assert doctor.main([], tmp_path) == 1
    said = capsys.readouterr().out
    assert "make setup" in said and "disk" in said and "could not be examined" not in said
