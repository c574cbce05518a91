"""Figures: tensors and histories in, matplotlib figures out. Nothing here trains or measures.

Plumbing: figures are looked at; how matplotlib draws them is not the subject.
"""
