"""YAML to values, with a place for every error."""
