"""XOR by hand, and wrong: the hidden layer's delta lacks the sigmoid's derivative.

bpgen audit --cmd "python examples/audit/xor_derivative.py" examples/xor.yaml
"""

from answers import serve
from xor import Xor


class Wrong(Xor):
    def backward(self, t):
        _, _, w_o, _ = self.numbers()
        x, h, o = self.x, self.h, self.o
        delta_o = (o - t[0]) * o * (1.0 - o)
        delta_h = [delta_o * w_o[0][i] for i in range(3)]  # no h[i] * (1.0 - h[i])
        return {
            "o.weight": [[delta_o * h[i] for i in range(3)]],
            "o.bias": [delta_o],
            "h.weight": [[delta_h[i] * x[j] for j in range(2)] for i in range(3)],
            "h.bias": delta_h,
        }


serve(Wrong())
