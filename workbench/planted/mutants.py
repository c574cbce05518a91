"""`mutants [WORD]`: plant faults in teaching code or notebooks; which of them are noticed?"""


def main(arguments):
    """Judge the faults of the packages named, or all; return 0 if hardly any goes unseen."""
    if arguments == ["notebooks"]:
        from workbench.planted import notebook_report

        return notebook_report.main()
    from workbench.planted import report

    return report.main(arguments)
