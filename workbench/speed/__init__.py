"""Ratios of the course's loops, metrics and imports to plain work of the same size."""
