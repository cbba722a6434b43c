// Reads a task, trains as it says, and tells the numbers and the time, in JavaScript:
// as measure.py does, but by the clock on the wall, which counts what other processes
// take, too: so the quickest of several stretches is told.

import { readFileSync } from 'node:fs';

const STRETCHES = 5;

function read(path) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const table = lines.map((line) => line.split(' '));
  const [work, ...shape] = table[0];
  const [checkSamples, checkEpochs, timedSamples, seconds] = table[1].map(Number);
  const width = Number(table[2][1]);
  const rows = table.slice(4).map((row) => row.map(Number));
  const inputs = rows.map((row) => row.slice(0, width));
  const targets = rows.map((row) => row.slice(width));
  const parameters = table[3].map(Number);
  const counts = { checkSamples, checkEpochs, timedSamples, seconds };
  return { work, shape, ...counts, parameters, inputs, targets };
}

function checksum(numbers) {
  let total = 0.0;
  numbers.forEach((number, place) => {
    total += ((place % 97) + 1) * number;
  });
  return total;
}

function secondsOf(learner, data, epochs) {
  const start = performance.now();
  learner.train(data, epochs);
  return (performance.now() - start) / 1000;
}

/** Weights and biases of two dense layers; weights have a row a neuron. */
export function matrices(task) {
  const [inputs, hidden, outputs] = task.shape.slice(0, 3).map(Number);
  let start = 0;
  const part = (size) => task.parameters.slice(start, (start += size));
  const rows = (count, size) => Array.from({ length: count }, () => part(size));
  return [rows(hidden, inputs), part(hidden), rows(outputs, hidden), part(outputs)];
}

/** Prints the checksum, null if there is none, and microseconds for one sample. */
export async function measure(make) {
  const task = read(process.argv[2]);
  let learner = await make(task);
  const data = (samples) =>
    learner.prepared(task.inputs.slice(0, samples), task.targets.slice(0, samples));
  learner.train(data(task.checkSamples), task.checkEpochs);
  const found = checksum(learner.numbers());
  learner = await make(task);
  const timed = data(task.timedSamples);
  let epochs = 1;
  let taken = secondsOf(learner, timed, epochs);
  while (taken < task.seconds / 2) {
    epochs *= 2;
    taken = secondsOf(learner, timed, epochs);
  }
  const wanted = task.seconds / STRETCHES;
  epochs = Math.max(1, Math.round((epochs * wanted) / taken));
  const stretches = Array.from({ length: STRETCHES }, () =>
    secondsOf(learner, timed, epochs),
  );
  taken = Math.min(...stretches);
  const microseconds = (taken * 1e6) / (epochs * task.timedSamples);
  console.log(JSON.stringify({ checksum: found, microseconds }));
}
