"""Mazur's worked example as his last figures were made: the output's weights go first.

The loss after one step is 0.291027924 then, the figure of his page; with the weights
that the text speaks of it is 0.291027774.

    bpgen audit --cmd "python examples/audit/mazur_updated.py" examples/mazur.yaml
"""

from answers import serve
from mazur import Mazur


class Wrong(Mazur):
    def step(self, inputs, targets):
        loss, _ = self.gradients(inputs, targets)
        delta_o = self.delta_o(targets[0])
        self.move("o.weight", delta_o, self.h)
        delta_h = self.delta_h(delta_o)  # reads weights that have moved already
        self.move("h.weight", delta_h, self.i)
        return loss, self.p


serve(Wrong())
