"""Rules: named questions put to a case, answered by findings."""
