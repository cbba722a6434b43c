"""bpgen: readable, dependency-free training code from a few lines of YAML."""

__version__ = "0.1.0"
