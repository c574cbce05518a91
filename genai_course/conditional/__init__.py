"""Conditional generators: draw x given a condition c, such as a label or half of an image."""
