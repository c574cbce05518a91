"""Diffusion models: noise added step by step, and a network that takes it away again."""
