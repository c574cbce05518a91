"""`doctor`: look at this machine, say what is wrong and how to mend it, and tell by exit code."""

import sys
from collections.abc import Sequence
from pathlib import Path

from genai_course.commands import doctor_checks as checks
from genai_course.commands.environment import (
    ROOT,
    is_installed_here,
    run_again,
    same_folder,
    venv_python,
    version_of,
)
from genai_course.environ import WrongVariable

ANYWHERE = (checks.check_python, checks.check_environment)
INSIDE = (
    checks.check_packages,
    checks.check_torch,
    checks.check_device,
    checks.check_bfloat16,
    checks.check_kernel,
    checks.check_data,
)
MACHINE = (checks.check_disk, checks.check_memory, checks.check_home)


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Examine the environment that the course would use; return 1 if there is any fault."""
    inside = same_folder(sys.prefix, root / ".venv") or is_installed_here(root)
    if not inside and version_of(venv_python(root)):
        run_again(venv_python(root), ["doctor", *arguments])
    chosen = [*ANYWHERE, *(INSIDE if inside else ()), *MACHINE]
    return report([_examine(check, root) for check in chosen])


def report(findings: Sequence[checks.Finding]) -> int:
    """Print the findings, each fault with its remedy; return the exit code."""
    for finding in findings:
        print(f"{finding.level:<5}  {finding.subject:<12} {finding.text}")
        if finding.remedy:
            print(f"{'':20}-> {finding.remedy}")
    faults = sum(finding.level == checks.FAULT for finding in findings)
    print("\nNo faults." if not faults else f"\n{faults} fault{'s' * (faults > 1)}, see above.")
    return 1 if faults else 0


def _examine(check, root):
    """A doctor must not fall ill: whatever breaks inside a check becomes a finding."""
    try:
        return check(root)
    except WrongVariable as error:
        return checks.Finding(checks.FAULT, check.__name__[6:], str(error), checks.CORRECT)
    except Exception as error:
        subject = check.__name__.removeprefix("check_")
        text = f"could not be examined: {type(error).__name__}: {error}"
        return checks.Finding(checks.FAULT, subject, text, "run `make setup`, then doctor again")
