"""How far each claim is from failing on machines that nobody has seen."""
