"""Iris by hand, and wrong: gradients are the sum over the batch, not its mean.

bpgen audit --cmd "python examples/audit/iris_sum.py" examples/iris.yaml
"""

from math import exp, log, tanh

from answers import serve


class Iris:
    rate = 0.02

    def set(self, parameters):
        self.p = parameters

    def forward(self, x):
        self.x = x
        self.h = [tanh(z) for z in self.layer("h", x)]
        powers = [exp(z) for z in self.layer("o", self.h)]
        self.o = [power / sum(powers) for power in powers]
        return self.o

    def layer(self, name, inputs):
        weights, biases = self.p[f"{name}.weight"], self.p[f"{name}.bias"]
        return [
            b + sum(w * a for w, a in zip(row, inputs, strict=True))
            for row, b in zip(weights, biases, strict=True)
        ]

    def gradients(self, inputs, targets):
        loss = 0.0
        found = {name: zeros(value) for name, value in self.p.items()}
        for x, t in zip(inputs, targets, strict=True):
            self.forward(x)
            loss -= log(self.o[t.index(1.0)])
            delta_o = [o - t for o, t in zip(self.o, t, strict=True)]
            delta_h = [
                sum(delta_o[k] * self.p["o.weight"][k][j] for k in range(3))
                * (1.0 - self.h[j] * self.h[j])
                for j in range(10)
            ]
            self.add(found, "o", delta_o, self.h)
            self.add(found, "h", delta_h, x)
        return loss / len(inputs), found

    def add(self, found, name, deltas, inputs):
        for i, delta in enumerate(deltas):
            found[f"{name}.bias"][i] += delta
            for j, x in enumerate(inputs):
                found[f"{name}.weight"][i][j] += delta * x

    def step(self, inputs, targets):
        loss, gradients = self.gradients(inputs, targets)
        for name in self.p:
            self.p[name] = moved(self.p[name], gradients[name], self.rate)
        return loss, self.p


def zeros(value):
    return [zeros(item) for item in value] if isinstance(value, list) else 0.0


def moved(value, slope, rate):
    if isinstance(value, list):
        return [moved(v, s, rate) for v, s in zip(value, slope, strict=True)]
    return value - rate * slope


serve(Iris())
