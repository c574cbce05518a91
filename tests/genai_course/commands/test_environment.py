"""One list of packages, and nothing committed that only works in one place."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workbench.suite.budget import OF_NOTEBOOKS

REPOSITORY = Path(__file__).parents[3]
PLATFORMS = ({"sys_platform": "linux"}, {"sys_platform": "darwin"}, {"sys_platform": "win32"})
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
# the words are cut in two so that this file does not match them itself
HOSTS = ("pypi." + "org", "python" + "hosted", "download.py" + "torch", "conda." + "anaconda")
REGISTRIES = re.compile("|".join(map(re.escape, HOSTS)))
HOMES = re.compile(r"(?<![\w.~])/(?:home|Users|ro{2}t)/\w|[A-Z]:\\{1,2}" + "Users")


def project():
    """Read the two lists of pyproject.toml that matter here."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]


def requirements():
    """All that set-up installs: the requirements of the project and of its tests."""
    listed = project()
    extras = listed["optional-dependencies"]
    assert extras.keys() == {"test", "benchmark"}  # the latter is not installed, so not pinned
    return [Requirement(text) for text in listed["dependencies"] + extras["test"]]


def constraints():
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="ascii").splitlines()
    return [Requirement(line) for line in lines]


def committed_files():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this copy of the course is no git checkout")
    names = list(filter(None, done.stdout.decode().split("\0")))
    if not names:  # a copy in a folder that the checkout around it ignores
        pytest.skip("this copy of the course is no git checkout")
    return [path for path in map(REPOSITORY.joinpath, names) if path.is_file()]


def test_conda_users_get_the_same_list():
    listed = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    *conda, last = listed["dependencies"]
    assert [re.split(r"[=<>]", name)[0] for name in conda] == ["python", "pip"]
    assert list(last) == ["pip"]
    (editable,) = last["pip"]
    extras = re.fullmatch(r"-e \.(?:\[([\w,]+)\])?", editable)[1] or ""
    assert set(filter(None, extras.split(","))) <= set(project()["optional-dependencies"])


def test_conda_users_get_a_python_that_the_project_allows():
    listed = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    (version,) = re.findall(r"python=([\d.]+)", str(listed["dependencies"]))
    wanted = Requirement("python" + project()["requires-python"]).specifier
    assert wanted.contains(version)


def test_constraints_are_pins_without_addresses():
    for pin in constraints():
        assert pin.url is None
        (only,) = pin.specifier
        assert only.operator == "==" and "*" not in only.version


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda names: names["sys_platform"])
def test_constraints_pin_every_requirement_once_within_its_range(python, platform):
    machine = {**default_environment(), **platform}
    machine |= {"python_version": python, "python_full_version": python + ".5"}
    machine["os_name"] = "nt" if platform["sys_platform"] == "win32" else "posix"
    pins = {}
    for pin in constraints():
        if pin.marker is None or pin.marker.evaluate(machine):
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    for wanted in requirements():
        (pin,) = pins[canonicalize_name(wanted.name)]
        (only,) = pin.specifier
        assert wanted.specifier.contains(only.version), f"{pin} is not within {wanted}"


def test_patterns_find_what_they_are_for():
    assert REGISTRIES.search("--index-url https://py" + "pi.org/simple")
    assert REGISTRIES.search("https://download.py" + "torch.org/whl/cpu")
    for path in ("/ho" + "me/ada/x", "'/Us" + "ers/ada/x", "/ro" + "ot/x", "C:\\Us" + "ers\\ada"):
        assert HOMES.search(path), path
    for path in ("https://example.org/ho" + "me/x", "at ho" + "me", "/rooted/x"):
        assert not HOMES.search(path), path


def test_no_registry_and_no_home_folder_is_written_down():
    found = []
    for path in committed_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.name}: {hit.group()}" for hit in REGISTRIES.finditer(text)]
        if (
            path.relative_to(REPOSITORY).parts[0] != "tests"
        ):  # tests plant such paths to see them found
            found += [f"{path.name}: {hit.group()}" for hit in HOMES.finditer(text)]
    assert found == []


def test_the_data_folder_beside_the_checkout_is_named_in_one_place_only():
    word = "../sha" + "red"
    named = [path.name for path in committed_files() if word.encode() in path.read_bytes()]
    assert named == ["run"]


def test_what_set_up_leaves_behind_is_ignored_by_git():
    rules = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".venv/", ".setup.lock", ".setup.log"} <= set(rules)


def test_continuous_integration_may_not_skip_the_browser():
    text = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash") and "set -euo pipefail" in text
    assert "export GENAI_COURSE_BROWSER_REQUIRED=1" in text and "make test" in text
    assert text.index("BROWSER_REQUIRED") < text.index("make test")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_to_files_that_exist(name):
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    local = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert local or name != "README.md", "the pattern finds no links any more"
    assert [link for link in local if not (REPOSITORY / link).exists()] == []


def modules_on_the_map(text):
    """Return {folder from the root: the modules that the map names there}."""
    (map_,) = re.findall(r"<!-- a test compares.*?```\n(.*?)```", text, re.DOTALL)
    found, top, folder = {}, "", ""
    for line in map_.splitlines():
        words = line.partition("#")[0].split()
        if words and words[0].endswith("/"):
            name = words.pop(0)
            top, folder = (name, name) if not line.startswith(" ") else (top, f"{top}{name}")
            found[folder] = set()
        found[folder] |= set(words)
    return found


def modules_of_the_tree():
    """Return the same of the tree, without what is named by notebooks."""
    stems = tuple(path.stem[3:] for path in (REPOSITORY / "notebooks").glob("*.ipynb"))
    found = {}
    for path in [
        p for tree in ("genai_course", "workbench") for p in (REPOSITORY / tree).rglob("*.py")
    ]:
        folder = f"{path.parent.relative_to(REPOSITORY).as_posix()}/"
        names = found.setdefault(folder, set())
        of_notebook = path.parent.name in OF_NOTEBOOKS
        if path.stem.startswith("__") or of_notebook and path.stem.startswith(stems):
            continue
        names.add(path.stem)
    return found


def test_the_map_names_every_module_that_there_is_and_no_other():
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn = {k: v for k, v in modules_on_the_map(text).items() if k not in ("tests/", "notebooks/")}
    assert drawn == modules_of_the_tree()


def test_the_answers_of_the_map_lead_to_what_is_there():
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| question .*?(?=\n\n)", text, re.MULTILINE | re.DOTALL)
    named = re.findall(r"`([\w/]+(?:\.py|/))`", table)
    there = [n for n in named if list(REPOSITORY.glob(n)) or list(REPOSITORY.glob(f"*/{n}"))]
    missing = sorted(set(named) - set(there) - {"__init__.py", "state.py", "form_content.py"})
    assert len(named) > 10 and missing == []
