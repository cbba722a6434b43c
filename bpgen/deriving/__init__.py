"""The backward pass, from the forward statements alone."""
