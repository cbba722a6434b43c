"""Mazur's worked example by hand: all gradients first, then all updates. It is right.

bpgen audit --cmd "python examples/audit/mazur.py" examples/mazur.yaml
"""

from math import exp

from answers import serve


def neuron(weights, bias, inputs):
    z = bias + sum(w * x for w, x in zip(weights, inputs, strict=True))
    return 1.0 / (1.0 + exp(-z))


class Mazur:
    rate = 0.5

    def set(self, parameters):
        self.p = parameters

    def forward(self, i):
        w, b = self.p["h.weight"], self.p["h.bias"]
        self.i = i
        self.h = [neuron(w[k], b[k], i) for k in range(2)]
        w, b = self.p["o.weight"], self.p["o.bias"]
        self.o = [neuron(w[k], b[k], self.h) for k in range(2)]
        return self.o

    def delta_o(self, t):
        return [(o - t) * o * (1.0 - o) for o, t in zip(self.o, t, strict=True)]

    def delta_h(self, delta_o):
        w = self.p["o.weight"]
        paths = [sum(delta_o[k] * w[k][j] for k in range(2)) for j in range(2)]
        return [p * h * (1.0 - h) for p, h in zip(paths, self.h, strict=True)]

    def gradients(self, inputs, targets):
        (i,), (t,) = inputs, targets  # his example has one sample
        loss = sum(0.5 * (o - t) ** 2 for o, t in zip(self.forward(i), t, strict=True))
        delta_o = self.delta_o(t)
        delta_h = self.delta_h(delta_o)
        return loss, {
            "o.weight": [[delta * h for h in self.h] for delta in delta_o],
            "h.weight": [[delta * x for x in i] for delta in delta_h],
        }

    def move(self, name, deltas, inputs):
        self.p[name] = [
            [w - self.rate * delta * x for w, x in zip(row, inputs, strict=True)]
            for row, delta in zip(self.p[name], deltas, strict=True)
        ]

    def step(self, inputs, targets):
        loss, _ = self.gradients(inputs, targets)
        delta_o = self.delta_o(targets[0])
        delta_h = self.delta_h(delta_o)
        self.move("o.weight", delta_o, self.h)
        self.move("h.weight", delta_h, self.i)
        return loss, self.p


if __name__ == "__main__":
    serve(Mazur())
