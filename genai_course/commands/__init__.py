"""The verbs of `python -m genai_course`. These modules need nothing but the standard library."""
