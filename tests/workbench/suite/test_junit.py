"""One reader of pytest's report: the counts, the tests, and a report that is not whole."""

import pytest

from workbench.suite.junit import Case, NoReport, cases_of, counts_of

REPORT = """<testsuites><testsuite tests="4" failures="1" errors="1" skipped="1">
<testcase classname="tests.a" name="right"><properties><property name="n" value="3"/></properties>
</testcase>
<testcase classname="tests.a" name="wrong"><failure>no</failure></testcase>
<testcase classname="tests.b" name="broken"><error>no</error></testcase>
<testcase classname="tests.b" name="left out"><skipped/></testcase>
</testsuite></testsuites>"""


def test_counts_and_cases(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(REPORT)
    assert counts_of(path) == (4, 2, 1)
    assert cases_of(path) == [
        Case("right", "tests.a", failed=False, skipped=False, figures={"n": "3"}),
        Case("wrong", "tests.a", failed=True, skipped=False),
        Case("broken", "tests.b", failed=True, skipped=False),
        Case("left out", "tests.b", failed=False, skipped=True),
    ]


@pytest.mark.parametrize("text", [None, "", REPORT[:200]])
def test_what_is_not_whole_is_no_report(tmp_path, text):
    path = tmp_path / "report.xml"
    if text is not None:
        path.write_text(text)
    for reader in (counts_of, cases_of):
        with pytest.raises(NoReport, match="report.xml"):
            reader(path)
