"""The verbs of `python -m genai_course`. These modules need nothing but the standard library.

Plumbing, its names free: set-up and doors; no line of it is about generative models.
"""


class Stop(Exception):
    """A verb cannot go on; the message is one clear sentence for the person at the keyboard."""
