"""What an installer's log means, in one sentence that says what to do."""

import re
from dataclasses import dataclass

FULL = "full disk"
NO_INSTALLER = "no ensurepip"
OFFLINE = "no network"
UNAVAILABLE = "no such build"
UNKNOWN = "unknown"
LAST_LINES = 12


@dataclass(frozen=True)
class Diagnosis:
    """A kind of failure and the sentence for it. `harmless`: nothing had been installed yet."""

    kind: str
    sentence: str
    harmless: bool = False


KNOWN = (
    Diagnosis(FULL, "The disk is full: free some space and run the set-up again."),
    Diagnosis(
        NO_INSTALLER,
        "This Python lacks ensurepip, so it cannot make an environment: install it (on Debian and"
        " Ubuntu: apt-get install python3-venv) or install uv, then run the set-up again.",
        harmless=True,
    ),
    Diagnosis(
        "certificate",
        "The package registry's certificate is not trusted here: ask whoever runs this network"
        " which certificate file to use, and set SSL_CERT_FILE and PIP_CERT to it.",
        harmless=True,
    ),
    Diagnosis(
        OFFLINE,
        "The package registry cannot be reached: connect this machine to the network (or set"
        " HTTPS_PROXY if it needs a proxy) and run the set-up again.",
        harmless=True,
    ),
    Diagnosis(
        "denied",
        "A file could not be written: check that .venv belongs to you and that no program is"
        " using it, then run the set-up again.",
    ),
    Diagnosis(
        UNAVAILABLE,
        "Some package has no build for this Python on this machine: take another one, for example"
        " `make clean`, then `make setup PYTHON=python3.12`.",
        harmless=True,
    ),
)
PATTERNS = dict(
    zip(
        (known.kind for known in KNOWN),
        (
            r"no space left|os error 28\b|os error 112\b|disk quota exceeded",
            r"ensurepip is not\s+available|no module named '?ensurepip|ensurepip', '--upgrade'",
            r"certificate_verify_failed|invalid peer certificate|self.signed certificate",
            r"dns error|name resolution|getaddrinfo|name or service not known|could not connect"
            r"|failed to establish a new connection|connecttimeout|connection (refused|reset)"
            r"|network is unreachable|network connectivity is disabled|error sending request"
            r"|failed to fetch|timed out|proxyerror|tunnel|connection error",
            r"permission denied|access is denied|os error 13\b|read-only file system",
            r"no matching distribution|no wheels with a matching|no solution found"
            r"|requires a different python|could not find a version|resolutionimpossible",
        ),
        strict=True,
    )
)


def diagnose(log: str, where: str) -> Diagnosis:
    """Find out from an installer's log why it failed.

    Args:
        log: Everything the installer wrote.
        where: Where the log can be read, as words for the sentence.

    Returns:
        Diagnosis; for an unknown failure its sentence quotes the last lines of the log.
    """
    for known in KNOWN:
        if re.search(PATTERNS[known.kind], log, re.IGNORECASE):
            return known
    tail = "\n".join("    " + line for line in log.strip().splitlines()[-LAST_LINES:])
    return Diagnosis(UNKNOWN, f"The installation failed; all it said is in {where}:\n{tail}")
