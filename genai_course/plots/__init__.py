"""Figures: tensors and histories in, matplotlib figures out. Nothing here trains or measures."""
