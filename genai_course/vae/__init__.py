"""Variational autoencoders: losses, networks, update steps and the exact linear case."""
