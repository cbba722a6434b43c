"""Backpropagation of anyone's, against bpgen's numbers and against known mistakes."""
