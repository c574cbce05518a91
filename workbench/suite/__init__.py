"""The regression suite: what `test` and `check` run, compare, watch and count."""
