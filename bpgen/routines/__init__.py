"""The routines of `runtime` as nodes: read, decided by a net's constants, reached."""
