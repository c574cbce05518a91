"""workbench: what makes and measures the course; no notebook and no learner needs it.

    notebooks/     a notebook's canonical form, its rules, its text view, its screenshots
    suite/         `test` and `check`: jobs, strict comparison of cells, costs, what counts as hung
    planted/       faults planted in teaching code and in notebooks, and who notices them
    margins/       notebooks run as on other machines: by how much does each claim hold?
    pretraining/   how the shipped models and the judge are made
    speed/         the course's loops and imports against others
    collapse/      the protocols that fill the stored tables of notebooks 07 and 08
    environments/  other versions, folders, locales, many kernels, a GPU, killed trainings
    results/       what all of these have stored, and the tables made of it

`python -m workbench VERB` runs them. The package `genai_course` never imports it.
"""

import sys

# jsonschema, behind nbformat, wants it for addresses in any alphabet, which no notebook's schema
# has; importing it builds a grammar: 3 seconds of processor time in every process of pytest.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
