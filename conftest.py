"""Makes every `pytest --nbval` in this project strict."""

pytest_plugins = ["genai_course.authoring.strict"]
