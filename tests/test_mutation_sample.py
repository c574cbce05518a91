"""Twenty planted faults, one in each of twenty modules: the unit tests notice every one."""

import os
import subprocess
import sys

import pytest

from genai_course.authoring.mutation import ROOT

RUN = "import sys; from genai_course.authoring import mutation_report; "
RUN += "sys.exit(mutation_report.main(['sample']))"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_the_unit_tests_notice_the_sample():
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=ROOT, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 planted: 20 killed; 100.0% killed" in done.stdout
