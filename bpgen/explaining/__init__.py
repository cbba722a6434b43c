"""One training step, number by number: a model of it, and the views of that model."""
