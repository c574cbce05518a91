"""Twenty planted faults, one in each of twenty modules: the unit tests notice every one."""

import os
import sys

import pytest

from workbench.planted.faults import ROOT
from workbench.suite.watching import run

RUN = "import sys; from workbench.planted import report; sys.exit(report.main(['sample']))"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_the_unit_tests_notice_the_sample():
    done = run([sys.executable, "-c", RUN], cwd=ROOT)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    assert "20 planted: 20 killed; 100.0% killed" in said
