// brain.js: the same shape, but not the same work. It keeps numbers in 32 bits, has
// squared error alone, updates after each sample and refuses a momentum of 0.

import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { measure } from '../drivers/measure.mjs';

const { NeuralNetwork } = createRequire(resolve(process.argv[3], 'package.json'))(
  'brain.js',
);

await measure(async (task) => {
  const [, hidden, , activation, , , rate] = task.shape;
  const net = new NeuralNetwork({ hiddenLayers: [Number(hidden)], activation });
  const settings = { learningRate: Number(rate), momentum: 1e-9, errorThresh: 1e-12 };
  return {
    prepared: (inputs, targets) =>
      inputs.map((input, s) => ({ input, output: targets[s] })),
    train: (data, iterations) => net.train(data, { ...settings, iterations }),
    numbers: () => [],
  };
});
