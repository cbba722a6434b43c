// Measures an emitted JavaScript file: TASK FILE.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { measure } from './measure.mjs';

await measure(async (task) => {
  const path = resolve(process.argv[3]);
  const found = await import(pathToFileURL(path).href);
  const net = new found[task.work.toUpperCase()]();
  return {
    prepared: (inputs, targets) => [inputs, targets],
    train: ([inputs, targets], epochs) => net.train(inputs, targets, { epochs }),
    numbers: () => Object.values(net.parameters()).flat(Infinity),
  };
});
