"""Tools for people who write notebooks here. No notebook imports this."""
