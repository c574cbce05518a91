"""The environments that the course is tried in. `trying.py` tries them."""

from dataclasses import dataclass
from pathlib import Path

from genai_course.commands.confined import NETWORK

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
LEFT_OUT = (  # training runs, browsers, clocks, planted faults, and tests of the tables made here
    "test_benchmark_epoch",
    "test_benchmark_mode_collapse",
    "test_benchmark_stacked_mnist",
    "test_browser",
    "test_collapse_causes",
    "test_collapse_digits_report",
    "test_matrix",
    "test_memorisation",
    "test_mutation_sample",
    "test_neighbours",
    "test_planting",
    "test_pretraining",
    "test_readme_tables",
)
TEXTS = ("canonical", "claims", "data", "doctor", "environment", "lens", "mnist_files")
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
    texts = tuple(f"tests/test_{name}.py" for name in TEXTS)
    data = ("tests/test_data.py",)
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
    paths = sorted(Path(root, "tests").glob("test_*.py"))
    return tuple(f"tests/{path.name}" for path in paths if path.stem not in LEFT_OUT)
