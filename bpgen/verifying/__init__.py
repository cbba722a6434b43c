"""Emitted files against other ways to compute the same: what `bpgen verify` does."""
