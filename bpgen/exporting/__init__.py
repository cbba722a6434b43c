"""A network for other engines: a program of PyTorch, ONNX, safetensors."""
