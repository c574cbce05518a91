"""The experiments on mode collapse of notebooks 07 and 08, as one protocol."""
