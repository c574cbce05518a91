"""Measures of samples: the judge and what is computed from its verdicts."""
