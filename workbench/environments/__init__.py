"""The course in other environments: made, tried and thrown away."""
