"""What the commands of the workbench have stored, and the tables made of it."""
