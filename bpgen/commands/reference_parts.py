"""The prose of docs/net-yaml.md, and its examples, each of them a whole net."""

from __future__ import annotations

HEAD = """\
# net.yaml, key by key

*Written by `generated/refresh` from the tables that read net.yaml; do not edit.*

A net.yaml is one network in words. Only `input`, `layers` and `loss` are required:

```yaml
input: 2
layers:
  - {type: dense, units: 4, activation: tanh}
  - {type: dense, units: 1, activation: sigmoid}
loss: binary_cross_entropy
data:
  inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]
  targets: [[0], [1], [1], [0]]
```

Where only a type is needed, its name alone will do: `loss: mse`, and
`optimizer: adam` for `{type: adam}`. An unknown key, a wrong type and a size that does
not fit are errors; `bpgen schema` prints the same rules for editors, and
`bpgen list layers` (losses, optimizers, training ...) what stands here.
"""

PARTS = {
    "The input": """\
A size, a shape (`[channels, height, width]`, `[time, features]`), or a size with names:

```yaml
input: {size: 2, names: [age, height]}
layers: [{type: dense, units: 1}]
loss: mse
```""",
    "Layers": """\
Keys in bold have to be written. Every activation is a layer, too (`- relu`).

```yaml
input: [1, 8, 8]
layers:
  - {type: conv2d, name: strokes, filters: 8, kernel: 3, padding: same}
  - relu
  - {type: max_pool2d, kernel: 2}
  - flatten
  - {type: dense, units: 10, activation: softmax}
loss: cross_entropy
```""",
    "Activations": """\
As a layer, or as the key `activation` of one; with an option as a mapping.

```yaml
input: 2
layers:
  - {type: dense, units: 3, activation: {type: leaky_relu, slope: 0.2}}
  - {type: dense, units: 2, activation: softmax}
loss: cross_entropy
```""",
    "Losses": """\
Of one sample; that of a batch is the mean over its samples.

```yaml
input: 2
layers: [{type: dense, units: 1}]
loss: {type: huber, delta: 2}
```""",
    "Optimizers": """\
As those of PyTorch of the same name; lion is by its paper.

```yaml
input: 2
layers: [{type: dense, units: 1}]
loss: mse
optimizer:
  type: adam
  learning_rate: 0.01
  clip: {norm: 1.0}
  schedule: {type: cosine, minimum: 0.0001}
```""",
    "Schedules": "How the learning rate moves: the key `schedule` of an optimizer.",
    "Initializers": """\
How weights start: the key `initializer` of a layer. Biases start at 0.

```yaml
input: 2
layers:
  - {type: dense, units: 8, activation: relu, initializer: he_normal}
  - {type: dense, units: 1, initializer: {type: normal, mean: 0, std: 0.1}}
loss: mse
```""",
    "Training": """\
```yaml
input: 2
layers: [{type: dense, units: 1}]
loss: mse
training:
  epochs: 500
  batch_size: 10
  validation: 0.2
  early_stopping: {patience: 20, min_delta: 0.0001}
regularization: {l2: 0.001}
frozen: [dense1.bias]
parameters:
  dense1.bias: [0.5]
```""",
    "Data": """\
In the file, as lists; or the columns of a CSV file in its folder:
`data: {csv: iris.csv, inputs: [length, width], labels: species}`. Its first row names
the columns. Cells are separated by `,`, `;`, tabs or `|`; numbers may have decimal
commas, and any cell may stand in double quotes. A cell without a value is an error,
unless `missing` says `drop` (its row is left out) or `mean` (an input gets the mean of
its column, of those rows that training learns from). Class losses take `labels`, one
class for each sample, in the place of `targets`. Labels may be words: they are classes
in order of appearance, or in that of `classes`, and name them in what is emitted.

Or in another kind of file: `{npz: digits.npz, inputs: x, labels: y}`, where the first
axis of each array counts the samples; `{npy: x.npy, labels: y.npy}`;
`{idx: train-images.gz, labels: train-labels.gz, scale: 255}`;
`{jsonl: rows.jsonl, inputs: x, labels: y}` with an object such as
`{"x": [1, 2], "y": "no"}` on each line. At most 10,000,000 numbers are read: they
travel in the source.

`test: 0.2`, or a file like the other one, sets rows apart that no training sees; the
emitted file's last line says how well the net does on them. Of arrays, `test` may name
others: `{inputs: x_test, labels: y_test}` in the same NPZ, or files as in
`{idx: t10k-images, labels: t10k-labels}`.

More than that, or what you may not pass on, stays in its files: with `embed: false`
the emitted file reads NPZ, NPY, JSON lines, or IDX files of bytes when it is run, in
the folder that `--data` names, else where it is started, and the test after each
report, too. An NPZ is that of `numpy.savez`, which packs nothing; NPY and IDX may be
gzipped but in C, C++ and Rust. bpgen itself never looks at them. A share
as `test` has no place there; `validation` does. Labels teach losses of numbers, too,
such as half_squared_error: 1 is the target of the class, 0 of all others, and the
largest output tells the class. Or leave `data` out: then `--data FILE` reads a CSV.

```yaml
input: 2
layers: [{type: dense, units: 3, activation: softmax}]
loss: cross_entropy
data:
  inputs: [[0, 1], [1, 0], [1, 1]]
  labels: [0, 2, 1]
```""",
    "Preprocessing": """\
A net learns best from numbers of about -1 to 1. `standardize` is `(x - mean) / std`,
`minmax` is `(x - min) / (max - min)`, for all columns alike or for each by its name;
`onehot` makes a number for each text of a column of a CSV, and a sample then has the
place of its text in `CATEGORIES`, from 0. What is fitted (on the rows that training
learns from, when the file is emitted) goes with the net and with what it saves. Every
member takes raw numbers and gives raw ones: outputs come in the units of the targets,
and `backward` gives the slopes by the raw inputs. The loss and the gradients are those
of the scaled problem. `input` says how many numbers the layers read: after `onehot`.
Of an image a column is a channel, of a sequence a feature.

```yaml
input: 4
layers:
  - {type: dense, units: 8, activation: tanh}
  - {type: dense, units: 1}
loss: mse
preprocessing:
  inputs:
    columns:
      age: {mean: 38.5, std: 12.25}
      colour: {onehot: [red, green, blue]}
  targets: {min: [0], max: [20000]}
```""",
    "Functions of your own": """\
An activation is a function of one variable, a loss one of output and target; their
derivatives are found from the formula.

```yaml
input: 2
layers: [{type: dense, units: 2, activation: bent}]
loss: far
functions:
  - {name: bent, of: x, formula: "(sqrt(x * x + 1) - 1) / 2 + x"}
  - {name: far, of: [o, t], formula: abs(o - t) * abs(o - t) * abs(o - t)}
```""",
}
