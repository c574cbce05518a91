"""The table of `make faults`: what pytest reports is what it says."""

import json

import pytest

from workbench.environments import losses_of_work as faults

CASE = '<testcase classname="{0}" name="x">{1}</testcase>'
PROPERTY = '<properties><property name="kills" value="20"/></properties>'
REPORT = "<testsuites><testsuite>{}</testsuite></testsuites>"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the verb on a report that pytest would have written; return (code, said, stored)."""

    def run(cases, code):
        def write(command, cwd):
            assert cwd == tmp_path and all((faults.ROOT / w).exists() for w in command[7:])
            if cases is not None:
                with open(command[6].removeprefix("--junitxml="), "w") as file:
                    file.write(REPORT.format("".join(cases)))
            return code

        monkeypatch.setattr(faults.subprocess, "call", write)
        result = faults.main([], tmp_path)
        stored = json.loads((tmp_path / faults.STORED).read_text())
        return result, capsys.readouterr().out, stored

    return run


def each(inside=""):
    """One case of each file, the first with something inside."""
    names = [name for files in faults.GROUPS.values() for name in faults._modules(files)]
    return [CASE.format(name, inside if i == 0 else "") for i, name in enumerate(names)]


def test_all_is_well(run):
    code, said, stored = run(each(PROPERTY), 0)
    assert code == 0 and "8 passed, 0 failed" in said and "  kills: 20\n" in said
    assert stored["counted"] == {"kills": "20"}
    assert [counts["passed"] for counts in stored["tried"].values()] == [2, 1, 2, 3]


@pytest.mark.parametrize("trouble", ["failure", "error"])
def test_a_failure_is_counted_and_told(run, trouble):
    code, said, stored = run(each(f"<{trouble}/>"), 1)
    assert code == 1 and "7 passed, 1 failed" in said
    assert next(iter(stored["tried"].values())) == {"passed": 1, "failed": 1}


def test_a_group_without_a_single_test_is_a_failure(run):
    assert run(each()[:5], 0)[0] == 1
    assert (
        run([case.replace("></testcase>", "><skipped/></testcase>") for case in each()], 0)[0] == 1
    )
    assert run(None, 0)[0] == 1
    assert run(each(), 3)[0] == 1


def test_the_names_are_those_of_test_files():
    for names in faults.GROUPS.values():
        assert all((faults.ROOT / faults.TESTS / name).exists() for name in names)
