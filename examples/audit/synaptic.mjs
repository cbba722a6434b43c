// synaptic under audit: its Perceptron. Its way back begins with target - output, which
// is the slope of the cross-entropy behind a sigmoid.
//
//     bpgen audit --cmd "node synaptic.mjs" synaptic.yaml

import synaptic from "synaptic";
import { serve } from "./answers.mjs";

const RATE = 0.3;

class Net {
  set(parameters) {
    this.net = new synaptic.Architect.Perceptron(2, 3, 1);
    this.net.setOptimize(false); // the same steps, but its neurons show their numbers
    this.each((neuron, name, row) => {
      neuron.bias = parameters[`${name}.bias`][row];
      const weights = parameters[`${name}.weight`][row];
      inputs(neuron).forEach((input, at) => (input.weight = weights[at]));
    });
  }

  parameters() {
    const found = { "h.weight": [], "h.bias": [], "o.weight": [], "o.bias": [] };
    this.each((neuron, name) => {
      found[`${name}.bias`].push(neuron.bias);
      found[`${name}.weight`].push(inputs(neuron).map((input) => input.weight));
    });
    return found;
  }

  each(visit) {
    const { hidden, output } = this.net.layers;
    hidden[0].list.forEach((neuron, row) => visit(neuron, "h", row));
    output.list.forEach((neuron, row) => visit(neuron, "o", row));
  }

  forward(inputs) {
    return this.net.activate(inputs);
  }

  step([input], [[t]]) {
    const [o] = this.forward(input);
    const loss = -t * Math.log(o) - (1 - t) * Math.log(1 - o);
    this.net.propagate(RATE, [t]);
    return { loss, parameters: this.parameters() };
  }
}

function inputs(neuron) {
  return Object.values(neuron.connections.inputs).sort((a, b) => a.from.ID - b.from.ID);
}

await serve(new Net());
