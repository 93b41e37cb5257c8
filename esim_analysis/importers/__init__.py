"""Read user data: one file a format, recognised by content."""
