"""The backward pass of a few statements: what went forward, and what comes back.

Each case has three parts: the forward statements, those that add to the gradients of
the parameters, and those that go on from there to the input.
"""

from __future__ import annotations

import pytest
from nets.blocks import block, shown, variable

from bpgen.deriving.differentiate import differentiate

CASES = {
    # Every path from a value to the loss is a term; the last statement comes first.
    "a layer": """
[layer]
  for i in 0 ... 1:
    z[i] = b[i]
    for j in 0 ... 2:
      z[i] += w[i][j] * x[j]
    a[i] = tanh(z[i])
[loss]
  loss = 0
  for i in 0 ... 1:
    loss += (a[i] - t[i]) * (a[i] - t[i])
----
[]
  for i in 0 ... 1:
    da[i] = 2 * (a[i] - t[i])
[]
  for i in 0 ... 1:
    dz[i] = da[i] * (1 - a[i] * a[i])
    for j in 0 ... 2:
      dw[i][j] += dz[i] * x[j]
    db[i] += dz[i]
----
[]
  for i in 0 ... 2:
    dx[i] = 0
  for i in 0 ... 1:
    for j in 0 ... 2:
      dx[j] += dz[i] * w[i][j]
""",
    # A value that is read at two places begins at zero, or with its first term.
    "two paths": """
for i in 0 ... 2:
  a[i] = w * x[i]
  z[i] = sigmoid(a[i])
loss = 0
for i in 0 ... 2:
  loss += z[i] * a[i]
----
for i in 0 ... 2:
  dz[i] = a[i]
  da[i] = z[i]
for i in 0 ... 2:
  da[i] += dz[i] * (z[i] * (1 - z[i]))
  dw += da[i] * x[i]
----
for i in 0 ... 2:
  dx[i] = da[i] * w
""",
    # What goes up through time comes down.
    "through time": """
h[0] = 0
for i in 0 ... 2, upwards:
  h[i + 1] = tanh(w * h[i] + x[i])
loss = h[3]
----
for i in 0 ... 3:
  dh[i] = 0
dh[3] += 1
for i in 0 ... 2, downwards:
  dw += dh[i + 1] * ((1 - h[i + 1] * h[i + 1]) * h[i])
  dh[i] += dh[i + 1] * ((1 - h[i + 1] * h[i + 1]) * w)
----
for i in 0 ... 2, downwards:
  dx[i] = dh[i + 1] * (1 - h[i + 1] * h[i + 1])
""",
    # What only a later round reaches is derived in every round: nothing below a[i]
    # hands on to the loss, and yet b[i] does, a step later.
    "a delay": """
h[0] = 0
for i in 0 ... 2, upwards:
  a[i] = h[i]
  h[i + 1] = w * x[i]
loss = a[2]
----
for i in 0 ... 2:
  da[i] = 0
da[2] += 1
for i in 0 ... 3:
  dh[i] = 0
for i in 0 ... 2, downwards:
  dw += dh[i + 1] * x[i]
  dh[i] += da[i]
----
for i in 0 ... 2, downwards:
  dx[i] = dh[i + 1] * w
""",
    # What was skipped forward is skipped backward, at the same index.
    "padding": """
for i in 0 ... 3:
  a[i] = 0
  index row = i * 2 - 1
  if 0 <= row < 6:
    a[i] += w * x[row]
loss = 0
for i in 0 ... 3:
  loss += a[i] * a[i]
----
for i in 0 ... 3:
  da[i] = 2 * a[i]
for i in 0 ... 3:
  index row = i * 2 - 1
  if 0 <= row < 6:
    dw += da[i] * x[row]
----
for i in 0 ... 5:
  dx[i] = 0
for i in 0 ... 3:
  index row = i * 2 - 1
  if 0 <= row < 6:
    dx[row] += da[i] * w
""",
    # What an index chose gets the gradient; the index itself has none.
    "an embedding": """
for i in 0 ... 2:
  index row = whole(x[i]), one of 4
  a[i] = w[row]
loss = 0
for i in 0 ... 2:
  loss += a[i] * t[i]
----
for i in 0 ... 2:
  da[i] = t[i]
for i in 0 ... 2:
  index row = whole(x[i]), one of 4
  dw[row] += da[i]
----
[Nothing flows back to the inputs: they are indices.]
  for i in 0 ... 2:
    dx[i] = 0
""",
    # A search has no derivative; its result may be in one.
    "a search": """
m = 0
s = x[0]
for i in 0 ... 1:
  if x[i] > s:
    m = i
    s = stop(x[i])
loss = 0
for i in 0 ... 1:
  loss += w * x[i] if m == i else 0
----
for i in 0 ... 1:
  dw += x[i] if m == i else 0
----
for i in 0 ... 1:
  dx[i] = w if m == i else 0
""",
    # A constant of the derivation, such as the largest of a softmax.
    "stop": """
m = stop(larger(x[0], x[1]))
loss = 0
for i in 0 ... 1:
  a[i] = w * (x[i] - m)
  loss += a[i]
----
for i in 0 ... 1:
  da[i] = 1
  dw += da[i] * (x[i] - m)
----
for i in 0 ... 1:
  dx[i] = da[i] * w
""",
}
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    "a layer": {"x": (3,), "w": (2, 3), "b": (2,), "z": (2,), "a": (2,), "t": (2,)},
    "two paths": {"x": (3,), "a": (3,), "z": (3,)},
    "through time": {"x": (3,), "h": (4,)},
    "a delay": {"x": (3,), "h": (4,), "a": (3,)},
    "padding": {"x": (6,), "a": (4,)},
    "an embedding": {"x": (3,), "w": (4,), "a": (3,), "t": (3,)},
    "a search": {"x": (2,)},
    "stop": {"x": (2,), "a": (2,)},
}


@pytest.mark.parametrize("name", CASES)
def test_backward_follows_from_forward(name: str) -> None:
    shapes = SHAPES[name]
    forward, *expected = CASES[name].strip().split("\n----\n")
    w, b, x = (variable(each, *shapes.get(each, ())) for each in "wbx")
    derived = differentiate(block(forward, **shapes), variable("loss"), x, (w, b))
    assert [*map(shown, derived)] == expected
