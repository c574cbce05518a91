"""Exercise checks, one module a notebook. A check never raises; it prints one sentence.

Plumbing, its names free: shown, it would give the answers away.
"""
