"""One file a format: what was counted goes in, the text as the real thing prints it comes out."""
