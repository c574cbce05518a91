"""Pytest's report in XML, the only place where it is read: its counts, and its tests one by one."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field


class NoReport(Exception):
    """There is no report, or it is not whole: pytest has broken off."""


@dataclass(frozen=True)
class Case:
    """One test: its name, the dotted name of its module, what came out, what it has recorded."""

    name: str
    module: str
    failed: bool
    skipped: bool
    figures: dict = field(default_factory=dict)


def counts_of(path):
    """Return how many tests there were, how many failed or broke, and how many were skipped.

    Raises:
        NoReport: If there is none.
    """
    suite = next(_parsed(path).iter("testsuite"), None)
    if suite is None:
        raise NoReport(f"{path}: no counts")
    tests, *parts = (int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped"))
    return tests, parts[0] + parts[1], parts[2]


def cases_of(path):
    """Return a list of the Cases.

    Raises:
        NoReport: If there is none.
    """
    return [
        Case(
            name=case.get("name", ""),
            module=case.get("classname", ""),
            failed=case.find("failure") is not None or case.find("error") is not None,
            skipped=case.find("skipped") is not None,
            figures={entry.get("name"): entry.get("value") for entry in case.iter("property")},
        )
        for case in _parsed(path).iter("testcase")
    ]


def _parsed(path):
    try:
        return ElementTree.parse(str(path))
    except (OSError, ElementTree.ParseError) as error:
        raise NoReport(f"{path}: {error}") from error
