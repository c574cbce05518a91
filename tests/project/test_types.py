"""The annotations of the package are true: a type checker runs over it."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRONG = """from genai_course.gan.losses import generator_loss

generator_loss(fake_logits="high")
generator_loss(1.0).backward()
"""


@pytest.mark.skipif(not importlib.util.find_spec("mypy"), reason="mypy is not installed")
def test_the_package_has_no_fault_and_wrong_calls_of_it_have(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run(
        [*command, "genai_course", str(planted)], cwd=ROOT, capture_output=True, text=True
    )
    faults = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(faults) == 2 and all("planted.py:" in fault for fault in faults), done.stdout
    assert '"generator_loss" has incompatible type "str"; expected "Tensor"' in faults[0]
    assert '"generator_loss" has incompatible type "float"; expected "Tensor"' in faults[1]
