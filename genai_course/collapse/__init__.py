"""The experiments on mode collapse of notebooks 07 and 08, as one protocol.

Plumbing: the protocol by which experiments are run; what they are made of is shown in its place.
"""
