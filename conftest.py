"""Makes every `pytest --nbval` in this project strict, and lets waiting threads sleep."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # else a busy machine slows training 25 times
pytest_plugins = ["genai_course.authoring.strict"]
