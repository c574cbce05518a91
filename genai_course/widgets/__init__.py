"""Sliders in front of plots. Each widget has a plain function underneath that works without a browser."""
