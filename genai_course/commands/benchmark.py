"""`benchmark`: measure the course's loops against others; further words go to the script."""

import subprocess
import sys

from genai_course.commands.environment import ROOT


def main(arguments, root=ROOT):
    """Run benchmarks/epoch.py with this interpreter; return its exit code, 1 for a missed goal."""
    return subprocess.call([sys.executable, "benchmarks/epoch.py", *arguments], cwd=root)
