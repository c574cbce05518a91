"""Sliders in front of plots; each widget has a plain function underneath, without a browser.

Plumbing: sliders in front of functions that are taught elsewhere.
"""
