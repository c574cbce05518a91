"""Sequences: letters, codes and samples of sound, one factor at a time."""
