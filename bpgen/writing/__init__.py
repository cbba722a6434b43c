"""A program to the text of one language."""
