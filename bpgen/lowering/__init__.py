"""A network to the program that computes and trains it."""
