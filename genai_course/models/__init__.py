"""Models that come trained with the course: how to load them, and their files."""
