"""One file a rule; the folder is the registry."""
