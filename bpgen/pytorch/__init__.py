"""What a net should compute, by PyTorch: nothing of bpgen is used here."""
