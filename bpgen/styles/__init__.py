"""The two styles: each neuron by itself, or loops."""
