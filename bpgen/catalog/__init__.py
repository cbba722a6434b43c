"""The tables: layers, activations, losses, optimizers and what goes with them."""
