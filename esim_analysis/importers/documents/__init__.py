"""Documents made for paper: the rows of tables printed in a PDF, within limits."""
