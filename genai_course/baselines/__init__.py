"""What everything later leans on: divergences on a grid, and the simplest real generators."""
