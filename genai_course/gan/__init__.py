"""Generative adversarial networks: theory, losses, networks and update steps."""
