"""Exercise checks, one module a notebook. A check never raises; it prints one sentence."""
