"""Faults planted on purpose, in memory or in copies, and the checks that notice them."""
