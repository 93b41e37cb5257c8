"""What tables from anywhere have in common: separators, headings, numbers, dates, places."""
