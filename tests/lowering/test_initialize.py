"""How the parameters start: numbers in the call, a long one under one name."""

from __future__ import annotations

from nets.blocks import shown
from nets.net import Net, dense, spec


def started(*layers: dict[str, object]) -> str:
    return shown(Net("started", spec(2, list(layers), "mse")).program.initialize)


def test_a_limit_has_one_name_and_says_where_it_comes_from() -> None:
    assert started(dense(2, name="h"), dense(2, name="o"), dense(3, name="p")) == """\
[h.weight, o.weight: uniform, \
the limit is sqrt(6 / (inputs + outputs)) = sqrt(6 / (2 + 2)).]
  limit = 1.224744871391589
  for each number of w in w_h ...:
    w[i] = uniform(-limit, limit)
for each number of w in b_h ...:
  w[i] = 0
[p.weight: uniform, the limit is sqrt(6 / (inputs + outputs)) = sqrt(6 / (2 + 3)).]
  limit2 = 1.0954451150103324
  for each number of w in w_p ...:
    w[i] = uniform(-limit2, limit2)"""


def test_a_short_number_stands_in_the_call() -> None:
    normal = {"type": "normal", "mean": 0, "std": 0.5}
    text = started(dense(1, name="h", bias=False, initializer=normal))
    assert "w[i] = normal(0, 0.5)" in text
    uniform = {"type": "uniform", "low": -0.123456789, "high": 1}
    text = started(dense(1, name="h", bias=False, initializer=uniform))
    assert "low = -0.123456789" in text
    assert "w[i] = uniform(low, 1)" in text


def test_a_deviation_says_where_it_comes_from() -> None:
    text = started(dense(1, name="h", initializer="he_normal"))
    assert "[h.weight: normal, the std is sqrt(2 / inputs) = sqrt(2 / 2).]" in text
    assert "w[i] = normal(0, 1)" in text
