"""Models that come trained with the course: how to load them, and their files.

Plumbing, its names free: reads files; the networks in them are shown where they are built.
"""
