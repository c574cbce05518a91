"""The environments that the course is tried in. `trying.py` tries them."""

from dataclasses import dataclass
from pathlib import Path

from workbench.environments.confined import NETWORK

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
LEFT_OUT = (  # training runs, browsers, planted faults, and tests of the tables made here
    *("workbench/speed", "workbench/collapse", "workbench/planted", "workbench/pretraining"),
    *("workbench/results", "workbench/environments/test_matrix.py"),
    "workbench/notebooks/test_browser.py",
    "genai_course/collapse/test_digits_report.py",
    *(f"genai_course/evaluation/test_{name}.py" for name in ("memorisation", "neighbours")),
)
TEXTS = (
    *("workbench/notebooks/test_canonical.py", "workbench/notebooks/test_text_view.py"),
    *("genai_course/claims/test_claims.py", "genai_course/commands/test_doctor.py"),
    *("genai_course/commands/test_environment.py", "genai_course/data/test_images.py"),
    "genai_course/data/test_mnist_files.py",
)
THEORY = ("00", "03")
ONE_THREAD = (("OMP_NUM_THREADS", "1"),)
TWO_THREADS = (("OMP_NUM_THREADS", "2"),)
ASCII = (("LC_ALL", "C"), ("LANG", "C"), ("PYTHONUTF8", "0"), ("PYTHONCOERCECLOCALE", "0"))


@dataclass(frozen=True)
class Case:
    """One environment, and what is run in it.

    `python`, if given, gets a copy of the course with an environment of its own, filled by the
    course's set-up: a version, "newest" for the newest one here, "this" for the present one.
    `pins` says which versions of packages: "tried" for those of constraints.txt, "lowest" or
    "newest". `cut` names what is out of reach: "network", "home" or "course", the course's folder.
    """

    name: str
    what: str
    tests: tuple = ()
    notebooks: tuple = ("00",)
    python: str = ""
    pins: str = "tried"
    folder: str = "course"
    cut: str = ""
    environ: tuple = ()


def cases(root):
    """Return all cases, the most telling ones first."""
    units = unit_tests(root)
    texts = tuple(f"tests/{name}" for name in TEXTS)
    data = ("tests/genai_course/data/test_images.py",)
    strange = "生成模型 course"
    return (
        Case("lowest", "lowest versions admitted", units, python="3.10", pins="lowest"),
        Case("newest", "newest versions of everything", units, python="newest", pins="newest"),
        *(Case(f"python{v}", f"Python {v}", units, (), python=v) for v in PYTHONS),
        Case("thread1", "one thread", notebooks=THEORY, environ=ONE_THREAD),
        Case("thread2", "two threads", notebooks=THEORY, environ=TWO_THREADS),
        Case("network", "network cut, no MNIST", data, cut=NETWORK),
        Case("home", "read-only home folder", cut="home"),
        Case("course", "read-only course folder", python="this", cut="course"),
        Case("folder", "space and Chinese in the path", texts, python="this", folder=strange),
        Case("locale", "locale C, no UTF-8", texts, environ=ASCII),
    )


def unit_tests(root):
    """Return the paths of the unit tests that are run in other environments."""
    tests = Path(root, "tests")
    paths = sorted(path.relative_to(tests) for path in tests.rglob("test_*.py"))
    kept = [p for p in paths if not any(p.is_relative_to(place) for place in LEFT_OUT)]
    return tuple(f"tests/{path.as_posix()}" for path in kept)
