"""Makes every `pytest --nbval` in this project strict, and lets kernels start and threads sleep."""

import os

from genai_course.commands.writable_home import make_room

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # else a busy machine slows training 25 times
make_room()  # for Jupyter and matplotlib, where the home folder cannot be written
pytest_plugins = ["workbench.suite.strict"]
