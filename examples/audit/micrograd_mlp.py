"""micrograd under audit: the gradients of its MLP, with a squared error on top.

bpgen audit --cmd "python micrograd_mlp.py" micrograd.yaml
"""

from answers import serve
from micrograd.nn import MLP

RATE = 0.05


class Net:
    def __init__(self):
        self.net = MLP(2, [3, 2])

    def set(self, parameters):
        for name, layer in zip("ho", self.net.layers, strict=True):
            for i, neuron in enumerate(layer.neurons):
                neuron.b.data = parameters[f"{name}.bias"][i]
                for w, number in zip(
                    neuron.w, parameters[f"{name}.weight"][i], strict=True
                ):
                    w.data = number

    def forward(self, inputs):
        return [value.data for value in self.net(inputs)]

    def gradients(self, inputs, targets):
        self.net.zero_grad()
        loss = 0.0
        for x, t in zip(inputs, targets, strict=True):
            pairs = zip(self.net(x), t, strict=True)
            loss += sum((o - wanted) ** 2 for o, wanted in pairs)
        loss = loss * (1.0 / (2 * len(inputs)))
        loss.backward()
        return loss.data, self.numbers(lambda value: value.grad)

    def step(self, inputs, targets):
        loss, _ = self.gradients(inputs, targets)
        for value in self.net.parameters():
            value.data -= RATE * value.grad
        return loss, self.numbers(lambda value: value.data)

    def numbers(self, of):
        found = {}
        for name, layer in zip("ho", self.net.layers, strict=True):
            found[f"{name}.bias"] = [of(neuron.b) for neuron in layer.neurons]
            found[f"{name}.weight"] = [[of(w) for w in n.w] for n in layer.neurons]
        return found


serve(Net())
