"""Protocols of the experiments on mode collapse whose tables the package ships."""
