"""`python -m genai_course VERB`: the one door to set-up, lab and tests.

This file is read by Pythons that are too old for the rest, so it keeps to what they understand.
"""

import sys

if sys.version_info < (3, 10):  # noqa: UP036
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit("Python 3.10 or newer is needed; this is " + found + ".")

from genai_course.commands.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
