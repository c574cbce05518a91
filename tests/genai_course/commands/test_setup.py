"""Set-up with stand-ins for uv, pip and the disk: nothing is downloaded here."""

import itertools
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from genai_course.commands import Stop, install_errors, installers, logged, pip_settings, setup
from genai_course.commands.environment import STAMP, is_fresh, venv_python, version_of
from genai_course.commands.lock import exclusive

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are POSIX scripts")

REPOSITORY = Path(__file__).parents[3]
UV = """\
#!{python}
import os, signal, subprocess, sys, time
here = os.path.dirname(os.path.abspath(__file__))
words = sys.argv[1:]
mode = open(os.path.join(here, "mode")).read()
with open(os.path.join(here, "calls"), "a") as calls:
    calls.write(" ".join(words) + "\\n")
if words[0] == "venv":
    sys.exit(subprocess.call([{python!r}, "-m", "venv", "--without-pip", words[-1]]))
if mode == "slow":
    time.sleep(1)
if mode == "killed":
    open(".venv/half-a-package", "w").close()
    os.kill(os.getpid(), signal.SIGKILL)
if mode == "no torch index" and "--torch-backend=auto" in words:
    sys.exit("error: Failed to fetch: the index of torch\\n  cause: dns error")
if mode == "offline":
    sys.exit("error: Request failed after 3 retries\\n  cause: dns error")
if mode == "full":
    open(".venv/half-a-package", "w").close()
    sys.exit("error: failed to write: No space left on device (os error 28)")
"""
Usage = namedtuple("Usage", "total used free")


class Uv:
    """A uv that installs nothing, remembers how it was called, and fails in the way asked for."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        script = folder / "uv"
        script.write_text(UV.format(python=sys._base_executable))
        script.chmod(0o755)
        self.behave("well")

    def behave(self, mode):
        (self.folder / "mode").write_text(mode)
        (self.folder / "calls").write_text("")

    @property
    def calls(self):
        return (self.folder / "calls").read_text().splitlines()

    @property
    def installs(self):
        return [call for call in self.calls if call.startswith("pip install")]


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = tmp_path / "the course, with spaces"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "constraints.txt").write_text("torch==2.15.0\n")
    monkeypatch.setattr(setup, "CHECK", "pass")
    monkeypatch.setattr(installers, "is_linux", lambda: True)
    monkeypatch.setattr(installers, "has_nvidia", lambda: False)
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    monkeypatch.delenv("UV_TORCH_BACKEND", raising=False)
    free_disk(monkeypatch, 100)
    return folder


@pytest.fixture
def uv(tmp_path, monkeypatch):
    stand_in = Uv(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(stand_in.folder), prepend=os.pathsep)
    return stand_in


@pytest.fixture
def pip(monkeypatch):
    """No uv on the PATH, and a pip that only remembers; `pip.codes` makes a call fail.

    `pip.told` is what its configuration says, `pip.settings` what each of its calls was given. The
    uv that it fetches is a stand-in too, whose calls begin with `-m uv`.
    """

    class Pip:
        calls, settings, codes, told = [], [], {}, {}

    def run(command, log, label, folder, settings=None):
        words = " ".join(map(str, command[1:]))
        Pip.calls.append(words)
        Pip.settings.append(settings)
        log.write_text(Pip.codes.get("said", ""))
        if words == "-m venv .venv":
            command = [*command[:-1], "--without-pip", ".venv"]
            return subprocess.call(command, cwd=folder)
        return next((code for part, code in Pip.codes.items() if part in words), 0)

    Pip.calls, Pip.settings, Pip.codes, Pip.told = [], [], {}, {}
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(pip_settings, "read", lambda python: Pip.told)
    monkeypatch.setattr(pip_settings, "_files_of_uv", lambda: ())
    for name in (*pip_settings.OWN, "SSL_CERT_FILE", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(installers, "run_logged", run)
    monkeypatch.setattr(setup, "run_logged", lambda *words: 0)
    return Pip


@pytest.fixture
def only_pip(pip):
    """The same where uv has no build for this machine."""
    pip.codes["-m uv "] = 1
    return pip


def free_disk(monkeypatch, gigabytes):
    usage = Usage(1e12, 0, gigabytes * 1e9)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)


def one_sentence(raised):
    text = str(raised.value)
    assert text.endswith(".") and "\n" not in text
    return text


# ---------------------------------------------------------------- when it is done, and when again


def test_first_time_makes_an_environment_and_second_time_does_nothing(root, uv):
    python, refreshed = setup.ensure(root)
    assert refreshed and version_of(python) == sys.version_info[:3]
    assert uv.calls[0].startswith("venv --python ")
    assert "--compile-bytecode -c constraints.txt -e .[test]" in uv.installs[0]
    uv.behave("well")
    assert setup.ensure(root) == (python, False)
    assert uv.calls == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_list_of_packages_repeats_it_in_the_same_environment(root, uv, name):
    setup.ensure(root)
    (root / ".venv" / "mine").touch()
    with (root / name).open("a") as file:
        file.write("# changed\n")
    uv.behave("well")
    assert setup.ensure(root)[1]
    assert len(uv.installs) == 1 and not any(call.startswith("venv") for call in uv.calls)
    assert (root / ".venv" / "mine").exists()


def test_a_moved_folder_is_set_up_again(root, uv):
    setup.ensure(root)
    moved = root.with_name("moved")
    root.rename(moved)
    assert not is_fresh(moved)
    assert setup.ensure(moved)[1] and is_fresh(moved)


@pytest.mark.parametrize("mode", ["killed", "full"])
def test_what_was_interrupted_starts_from_an_empty_environment(root, uv, mode):
    uv.behave(mode)
    with pytest.raises(Stop):
        setup.ensure(root)
    assert (root / ".venv" / "half-a-package").exists() and not is_fresh(root)
    uv.behave("well")
    setup.ensure(root)
    assert not (root / ".venv" / "half-a-package").exists() and is_fresh(root)


def test_an_interrupted_refresh_is_not_taken_for_the_finished_set_up_before_it(root, uv):
    setup.ensure(root)
    before = (root / "pyproject.toml").read_text()
    (root / "pyproject.toml").write_text(before + "# changed\n")
    uv.behave("killed")
    with pytest.raises(Stop):
        setup.ensure(root)
    (root / "pyproject.toml").write_text(before)
    assert not is_fresh(root)


def test_without_a_network_the_environment_stays_and_one_sentence_says_why(root, uv):
    setup.ensure(root)
    (root / ".venv" / "mine").touch()
    (root / "pyproject.toml").write_text("[project]\n# changed\n")
    uv.behave("offline")
    with pytest.raises(Stop) as raised:
        setup.ensure(root)
    assert "cannot be reached" in one_sentence(raised)
    uv.behave("well")
    setup.ensure(root)
    assert (root / ".venv" / "mine").exists()


def test_an_environment_whose_python_is_gone_is_made_again(root, uv):
    setup.ensure(root)
    python = venv_python(root)
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert not is_fresh(root)
    setup.ensure(root)
    assert version_of(python) is not None


def test_an_environment_of_a_python_that_is_too_old_is_made_again(root, uv, monkeypatch):
    setup.ensure(root)
    (root / ".venv" / STAMP).unlink()
    (root / ".venv" / "old").touch()
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (99, 0))
    setup.ensure(root)
    assert not (root / ".venv" / "old").exists()


def test_somebody_elses_folder_is_left_alone(root, uv):
    (root / ".venv").mkdir()
    (root / ".venv" / "thesis.txt").write_text("three years")
    with pytest.raises(Stop) as raised:
        setup.ensure(root)
    assert "no Python environment" in one_sentence(raised)
    assert (root / ".venv" / "thesis.txt").read_text() == "three years"


def test_outside_the_course_it_says_so(tmp_path):
    with pytest.raises(Stop) as raised:
        setup.ensure(tmp_path)
    assert "course's own folder" in one_sentence(raised)


def test_two_at_once_install_once(root, uv, capfd):
    uv.behave("slow")
    code = f"""
        import sys
        from pathlib import Path
        from genai_course.commands import installers, setup
        setup.CHECK = "pass"
        installers.is_linux = lambda: False
        setup.ensure(Path({str(root)!r}))
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    both = [subprocess.Popen(command, cwd=REPOSITORY) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(uv.installs) == 1
    assert capfd.readouterr().out.count(setup.BUSY) == 1


def test_lock_is_free_again_after_the_block_even_if_it_failed(tmp_path):
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "lock", "busy"):
        raise ZeroDivisionError
    entered = threading.Event()

    def enter():
        with exclusive(tmp_path / "lock", "busy"):
            entered.set()

    threading.Thread(target=enter, daemon=True).start()
    assert entered.wait(60)


def test_a_folder_that_cannot_be_written_is_one_sentence(root, monkeypatch):
    def refuse(*words):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(Stop) as raised:
        setup.ensure(root)
    assert "cannot be written" in one_sentence(raised)


# ---------------------------------------------------------------- which build of torch, what size


def test_on_linux_uv_is_asked_for_the_build_that_fits(root, uv, capsys):
    setup.ensure(root)
    assert len(uv.installs) == 1 and uv.installs[0].endswith("--torch-backend=auto")
    assert "5.3 GB" not in capsys.readouterr().out


def test_elsewhere_the_registrys_build_is_small(root, uv, monkeypatch):
    monkeypatch.setattr(installers, "is_linux", lambda: False)
    setup.ensure(root)
    assert "--torch-backend" not in uv.installs[0]


def test_without_torchs_index_the_size_is_said_and_the_registry_is_used(root, uv, capsys):
    uv.behave("no torch index")
    setup.ensure(root)
    assert len(uv.installs) == 2 and "--torch-backend" not in uv.installs[1]
    assert "5.3 GB" in capsys.readouterr().out


def test_without_torchs_index_and_without_room_it_stops_before_it_writes(root, uv, monkeypatch):
    uv.behave("no torch index")
    free_disk(monkeypatch, 7.9)
    with pytest.raises(Stop) as raised:
        setup.ensure(root)
    assert "needs 8 GB" in one_sentence(raised) and "7.9 GB" in str(raised.value)
    assert len(uv.installs) == 1


@pytest.mark.parametrize(("nvidia", "needed"), [(False, 3), (True, 8)])
def test_room_is_checked_before_the_first_byte(root, uv, monkeypatch, nvidia, needed):
    monkeypatch.setattr(installers, "has_nvidia", lambda: nvidia)
    free_disk(monkeypatch, needed - 0.1)
    with pytest.raises(Stop) as raised:
        setup.ensure(root)
    assert f"needs {needed} GB" in one_sentence(raised) and uv.installs == []


def test_a_refresh_needs_little_room(root, uv, monkeypatch):
    setup.ensure(root)
    packages = next((root / ".venv").glob("lib/python*/site-packages"))
    (packages / "torch-2.15.0.dist-info").mkdir()
    (root / "pyproject.toml").write_text("[project]\n# changed\n")
    free_disk(monkeypatch, 1.5)
    assert setup.ensure(root)[1]


def test_a_named_index_gives_torch_and_torchvision_both(root, uv, monkeypatch):
    monkeypatch.setenv("TORCH_INDEX", "https://example.org/cpu")
    setup.ensure(root)
    first, second = uv.installs
    assert "--default-index https://example.org/cpu" in first and "--no-deps" in first
    assert first.endswith("torch torchvision") and "-c constraints.txt" in first
    assert "example.org" not in second and "--torch-backend" not in second


def test_builds_that_do_not_fit_together_are_named(root, uv, monkeypatch):
    wrong = "raise RuntimeError('torchvision: operator torchvision::nms does not exist')"
    monkeypatch.setattr(setup, "CHECK", wrong)
    with pytest.raises(Stop) as raised:
        setup.ensure(root)
    assert "different kinds of build" in one_sentence(raised) and "make clean" in str(raised.value)
    assert not is_fresh(root)


def test_another_import_that_fails_is_quoted(root, uv, monkeypatch):
    monkeypatch.setattr(setup, "CHECK", "import no_such_module")
    with pytest.raises(Stop, match="no_such_module"):
        setup.ensure(root)
    assert not is_fresh(root)


# ---------------------------------------------------------------- a uv that pip fetches


def test_without_a_uv_pip_fetches_one_which_does_the_rest(root, pip, capsys):
    setup.ensure(root)
    assert pip.calls[0] == "-m venv .venv"
    fetch, _, fill = pip.calls[2:]
    assert fetch.startswith("-m pip install ") and fetch.endswith("--only-binary :all: uv>=0.9,<1")
    assert fill.startswith("-m uv pip install --python ")
    assert fill.endswith("-c constraints.txt -e .[test] --torch-backend=auto")
    said = capsys.readouterr().out
    assert "pip fetches first" in said and "GB" not in said and said.count("\n") == 1
    assert is_fresh(root)


@pytest.mark.parametrize("fails", ["only-binary", "-m uv --version"])
def test_a_uv_that_cannot_be_had_or_run_leaves_all_to_pip(root, pip, capsys, fails):
    pip.codes[fails] = 1
    setup.ensure(root)
    assert pip.calls[-1].endswith("-c constraints.txt -e .[test]")
    assert not any(call.startswith("-m uv pip") for call in pip.calls)
    assert setup.NO_UV in capsys.readouterr().out and is_fresh(root)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("cause: invalid peer certificate: UnknownIssuer", True), ("panicked", False)],
)
def test_where_the_fetched_uv_fails_pip_goes_on_and_from_nothing_if_need_be(
    root, pip, capsys, said, kept
):
    setup.ensure(root)
    (root / ".venv" / "mine").touch()
    (root / "pyproject.toml").write_text("[project]\n# changed\n")
    pip.codes |= {"-m uv pip": 1, "said": said}
    setup.ensure(root)
    assert pip.calls[-1].startswith("-m pip install") and pip.calls[-1].endswith("-e .[test]")
    assert f"({said}), so pip does it." in capsys.readouterr().out
    assert (root / ".venv" / "mine").exists() == kept and is_fresh(root)


@pytest.mark.parametrize(("code", "said"), [(1, "No space left on device"), (-9, "")])
def test_a_fetched_uv_that_is_killed_or_has_filled_the_disk_ends_the_set_up(root, pip, code, said):
    pip.codes |= {"-m uv pip": code, "said": said}
    with pytest.raises(Stop):
        setup.ensure(root)
    assert not any("-m pip install" in call and "-e" in call for call in pip.calls)
    (root / ".venv" / "half-a-package").touch()
    pip.codes.clear()
    setup.ensure(root)
    assert not (root / ".venv" / "half-a-package").exists() and is_fresh(root)


def test_a_fetch_that_was_interrupted_starts_from_an_empty_environment(root, pip, monkeypatch):
    def interrupt(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(installers.Pip, "fetch_uv", interrupt)
        setup.ensure(root)
    (root / ".venv" / "half-a-uv").touch()
    setup.ensure(root)
    assert not (root / ".venv" / "half-a-uv").exists()


def test_without_torchs_index_a_fetched_uv_takes_the_registrys_build(root, pip, capsys):
    pip.codes["--torch-backend"] = 1
    setup.ensure(root)
    assert pip.calls[-1].startswith("-m uv pip") and pip.calls[-1].endswith("-e .[test]")
    assert "PyTorch's own index cannot be used from here" in capsys.readouterr().out


def test_a_uv_in_the_environment_itself_does_not_count_as_this_machines(root, monkeypatch):
    inside = root / ".venv" / "bin" / "uv"
    monkeypatch.setattr(shutil, "which", lambda name: str(inside))
    assert installers.find_uv(root) is None
    monkeypatch.setattr(shutil, "which", lambda name: "/elsewhere/uv")
    assert installers.find_uv(root) == "/elsewhere/uv"


# ---------------------------------------------------------------- what pip was told, told to uv


def test_a_fetched_uv_is_told_what_pip_was_told(root, pip):
    pip.told = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": "file:///a/simple\nfile:///b/simple",
        "find-links": "/wheels /more",
        "trusted-host": "mirror.example",
        "cert": "/etc/certificate of ours.pem",
        "timeout": "60",
    }
    setup.ensure(root)
    assert pip.settings[-1] == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "file:///a/simple file:///b/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_INSECURE_HOST": "mirror.example",
        "SSL_CERT_FILE": "/etc/certificate of ours.pem",
    }


@pytest.mark.parametrize("name", ["UV_INDEX_URL", "UV_CONFIG_FILE"])
def test_a_uv_that_has_a_registry_of_its_own_keeps_it(pip, monkeypatch, name):
    told = {"index-url": "https://mirror.example/simple"}
    assert pip_settings.for_uv(told)
    monkeypatch.setenv(name, "x")
    assert pip_settings.for_uv(told) == {}


def test_a_uv_that_has_a_file_of_settings_keeps_to_it(pip, monkeypatch, tmp_path):
    monkeypatch.setattr(pip_settings, "_files_of_uv", lambda: (tmp_path,))
    assert pip_settings.for_uv({"index-url": "https://mirror.example/simple"}) == {}


def test_a_certificate_that_is_set_already_stays(pip, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "mine")
    told = {"cert": "/pips.pem", "index-url": "https://mirror.example/simple"}
    assert pip_settings.for_uv(told) == {"UV_DEFAULT_INDEX": told["index-url"]}


def test_a_folder_of_packages_without_an_index_is_left_to_pip(root, pip):
    pip.told = {"no-index": "true", "find-links": "/wheels"}
    setup.ensure(root)
    assert not any("uv" in call.split() or "uv>" in call for call in pip.calls)
    assert pip.calls[-1].endswith("-c constraints.txt -e .[test]")


def test_pips_file_and_variables_are_read_as_pip_reads_them(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "pip's.conf"
    file.write_text(
        "[global]\nindex-url = https://a.example/it's\nproxy = http://p:1\nextra-index-url =\n"
        "    file:///a\n    file:///b\n[install]\nproxy = http://q:2\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
    found = pip_settings.read(sys._base_executable)
    assert found["index-url"] == "https://a.example/it's" and found["proxy"] == "http://q:2"
    assert found["extra-index-url"].split() == ["file:///a", "file:///b"]
    assert found["find-links"] == "/wheels"


SECTIONS = ("global", "install", ":env:")  # the later one wins, wherever pip lists it


@pytest.mark.parametrize("listed", list(itertools.permutations(SECTIONS)), ids=" ".join)
@pytest.mark.parametrize("count", [2, 3])
def test_of_two_settings_of_pip_the_stronger_one_is_taken(listed, count, monkeypatch):
    lines = "".join(f"{section}.proxy='{section}'\n" for section in listed[:count])
    done = subprocess.CompletedProcess([], 0, stdout=lines.encode())
    monkeypatch.setattr(pip_settings.subprocess, "run", lambda *words, **options: done)
    assert pip_settings.read("python") == {"proxy": max(listed[:count], key=SECTIONS.index)}


# ---------------------------------------------------------------- venv and pip alone


def test_pip_gets_the_constraints_and_says_the_size_first(root, only_pip, capsys):
    setup.ensure(root)
    assert only_pip.calls[0] == "-m venv .venv"
    assert only_pip.calls[-1].endswith("-c constraints.txt -e .[test]")
    said = capsys.readouterr().out
    assert "5.3 GB" in said and "TORCH_INDEX" in said and "uv" in said


def test_pip_needs_room_for_its_downloads_too(root, only_pip, monkeypatch):
    free_disk(monkeypatch, 9.9)
    with pytest.raises(Stop) as raised:
        setup.ensure(root)
    assert "needs 10 GB" in one_sentence(raised)
    assert not any(" -e " in call for call in only_pip.calls)


def test_pip_says_nothing_of_size_off_linux(root, only_pip, capsys, monkeypatch):
    monkeypatch.setattr(installers, "is_linux", lambda: False)
    setup.ensure(root)
    assert "GB" not in capsys.readouterr().out


def test_pip_with_a_named_index_installs_torch_from_there_first(
    root, only_pip, monkeypatch, capsys
):
    monkeypatch.setenv("TORCH_INDEX", "https://example.org/cpu")
    free_disk(monkeypatch, 4)
    setup.ensure(root)
    installs = [call for call in only_pip.calls if " -c constraints.txt" in call]
    assert "--index-url https://example.org" in installs[0]
    assert installs[0].endswith("torch torchvision")
    assert "example.org" not in installs[1]
    assert "5.3 GB" not in capsys.readouterr().out


def test_an_environment_that_uv_made_gets_its_pip(root, pip):
    pip.codes["pip --version"] = 1
    setup.ensure(root)
    assert "-m ensurepip --upgrade" in pip.calls


def test_missing_ensurepip_is_one_sentence_with_the_remedy(root, pip, monkeypatch, tmp_path):
    debian = tmp_path / "python3"
    debian.write_text(
        "#!/bin/sh\necho 'The virtual environment was not created successfully because"
        " ensurepip is not'\necho 'available.  On Debian/Ubuntu systems, you need to'\nexit 1\n"
    )
    debian.chmod(0o755)
    monkeypatch.undo()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(setup, "_base_python", lambda: str(debian))
    free_disk(monkeypatch, 100)
    with pytest.raises(Stop) as raised:
        setup.ensure(root)
    assert "python3-venv" in one_sentence(raised)


# ---------------------------------------------------------------- what a log means

UV_OFFLINE = """\
error: Failed to build `genai-course @ file:///course`
  cause: No solution found when resolving: `setuptools>=77`
  cause: Request failed after 3 retries in 10.3s
  cause: dns error
"""
PIP_OFFLINE = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('Failed to \
establish a new connection: [Errno -3] Temporary failure in name resolution')'
ERROR: ResolutionImpossible: for help visit the documentation
"""
PIP_NO_BUILD = """\
ERROR: Could not find a version that satisfies the requirement torch==2.15.0 (from versions: none)
ERROR: No matching distribution found for torch==2.15.0
"""


@pytest.mark.parametrize(
    ("log", "kind", "harmless"),
    [
        (UV_OFFLINE, install_errors.OFFLINE, True),
        (PIP_OFFLINE, install_errors.OFFLINE, True),
        (PIP_NO_BUILD, install_errors.UNAVAILABLE, True),
        ("ERROR: [Errno 28] No space left on device", install_errors.FULL, False),
        ("There is not enough space on the disk. (os error 112)", install_errors.FULL, False),
        ("cause: invalid peer certificate: UnknownIssuer", "certificate", True),
        ("ERROR: [Errno 13] Permission denied: '.venv/bin/python'", "denied", False),
        ("HTTPSConnectionPool: Read timed out.", install_errors.OFFLINE, True),
        ("Successfully installed nothing at all", install_errors.UNKNOWN, False),
    ],
)
def test_diagnosis(log, kind, harmless):
    found = install_errors.diagnose(log, ".setup.log")
    assert (found.kind, found.harmless) == (kind, harmless)
    if kind == install_errors.UNKNOWN:
        assert "at all" in found.sentence and ".setup.log" in found.sentence
    else:
        assert found.sentence.endswith(".") and "\n" not in found.sentence


def test_a_running_installer_shows_that_it_lives(tmp_path, monkeypatch, capsys):
    waits = iter([True, False])

    class Child:
        def wait(self, pause):
            if next(waits):
                raise subprocess.TimeoutExpired("uv", pause)

    logged._watch(Child(), "installing", tmp_path)
    assert capsys.readouterr().out.strip().startswith("installing: 0 s, ")


def test_ctrl_c_ends_the_installer_too(tmp_path, monkeypatch):
    started = []
    real = subprocess.Popen

    def remember(*words, **options):
        started.append(real(*words, **options))
        return started[0]

    def interrupt(*words):
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", remember)
    monkeypatch.setattr(logged, "_watch", interrupt)
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(KeyboardInterrupt):
        logged.run_logged(sleeper, tmp_path / "log", "", tmp_path)
    assert started[0].poll() is not None
