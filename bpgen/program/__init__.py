"""The program: what to compute, in a few frozen node types."""
