"""From a text to a stored notebook: execution, canonical form, rules of form, views."""
