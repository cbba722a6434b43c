"""The routines of every emitted file, once."""
