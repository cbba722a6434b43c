// brain.js under audit: its NeuralNetwork, with its own rate and momentum.
//
//     bpgen audit --cmd "node brainjs.mjs" --tolerance 1e-4 brainjs.yaml
//
// Its numbers have 32 bits, hence the tolerance.

import brain from "brain.js";
import { serve } from "./answers.mjs";

const LAYERS = ["h", "o"];

class Net {
  set(parameters) {
    this.net = new brain.NeuralNetwork({ hiddenLayers: [3], activation: "sigmoid" });
    this.net.train([{ input: [0, 0], output: [0] }], { iterations: 1 });
    for (const changes of this.net.changes.slice(1)) {
      for (const row of changes) row.fill(0); // what momentum has kept
    }
    LAYERS.forEach((name, at) => {
      this.net.weights[at + 1] = parameters[`${name}.weight`].map((row) => [...row]);
      this.net.biases[at + 1] = [...parameters[`${name}.bias`]];
    });
  }

  parameters() {
    const found = {};
    LAYERS.forEach((name, at) => {
      found[`${name}.weight`] = this.net.weights[at + 1].map((row) => Array.from(row));
      found[`${name}.bias`] = Array.from(this.net.biases[at + 1]);
    });
    return found;
  }

  forward(inputs) {
    return Array.from(this.net.runInput(inputs));
  }

  step([input], [output]) {
    const loss = 0.5 * (this.forward(input)[0] - output[0]) ** 2;
    this.net.trainPattern({ input, output });
    return { loss, parameters: this.parameters() };
  }
}

await serve(new Net());
