"""`python -m workbench VERB`: the door to the authors' tools. Run it in the course's own folder."""

import sys

from genai_course.__main__ import main  # says itself where Python is too old
from workbench.verbs import WORKBENCH

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], WORKBENCH))
