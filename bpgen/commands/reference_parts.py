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
its column). Class losses take `labels`, one class for each sample, in the place of
`targets`. Labels of a CSV may be words: they are classes in order of appearance, or in
that of `classes`, and name them in what is emitted.

```yaml
input: 2
layers: [{type: dense, units: 3, activation: softmax}]
loss: cross_entropy
data:
  inputs: [[0, 1], [1, 0], [1, 1]]
  labels: [0, 2, 1]
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
