"""XOR by hand: two inputs, three sigmoid neurons, one sigmoid output. It is right.

bpgen audit --cmd "python examples/audit/xor.py" examples/xor.yaml
"""

from math import exp

from answers import serve


def sigmoid(z):
    return 1.0 / (1.0 + exp(-z))


class Xor:
    rate = 1.0

    def set(self, parameters):
        self.p = parameters

    def forward(self, x):
        w_h, b_h, w_o, b_o = self.numbers()
        self.x = x
        self.h = [
            sigmoid(b_h[i] + sum(w_h[i][j] * x[j] for j in range(2))) for i in range(3)
        ]
        self.o = sigmoid(b_o[0] + sum(w_o[0][i] * self.h[i] for i in range(3)))
        return [self.o]

    def backward(self, t):
        """The gradients of 0.5 * (o - t)^2, for the sample that went forward."""
        _, _, w_o, _ = self.numbers()
        x, h, o = self.x, self.h, self.o
        delta_o = (o - t[0]) * o * (1.0 - o)
        delta_h = [delta_o * w_o[0][i] * h[i] * (1.0 - h[i]) for i in range(3)]
        return {
            "o.weight": [[delta_o * h[i] for i in range(3)]],
            "o.bias": [delta_o],
            "h.weight": [[delta_h[i] * x[j] for j in range(2)] for i in range(3)],
            "h.bias": delta_h,
        }

    def gradients(self, inputs, targets):
        loss, total, n = 0.0, {}, len(inputs)
        for x, t in zip(inputs, targets, strict=True):
            self.forward(x)
            loss += 0.5 * (self.o - t[0]) ** 2 / n
            own = self.backward(t)
            total = add(total or add(own, own, -1.0), own, 1.0 / n)
        return loss, total

    def step(self, inputs, targets):
        loss, gradients = self.gradients(inputs, targets)
        for name in self.p:
            self.p[name] = add(self.p[name], gradients[name], -self.rate)
        return loss, self.p

    def numbers(self):
        return [self.p[name] for name in ("h.weight", "h.bias", "o.weight", "o.bias")]


def add(a, b, factor):
    """a + factor * b, for numbers, lists, and lists by name."""
    if isinstance(a, dict):
        return {name: add(a[name], b[name], factor) for name in a}
    if isinstance(a, list):
        return [add(x, y, factor) for x, y in zip(a, b, strict=True)]
    return a + factor * b


if __name__ == "__main__":
    serve(Xor())
