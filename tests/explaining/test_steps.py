"""An explanation holds the numbers of the very step that the emitted file takes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from running.tools import EXAMPLES, ROOT, bpgen

from bpgen.commands.emit import Net
from bpgen.commands.explain import emitted_of, explanation_of
from bpgen.commands.nets import load_network
from bpgen.explaining.model import Derivation, Explanation, Quantity
from bpgen.explaining.request import Request
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower
from bpgen.styles.unrolled import unroll

SMALL = ("mazur", "xor", "taste", "regression", "autoencoder", "iris")
OPTIMIZERS = ("momentum", "adam", "rmsprop", "lion")


@cache
def explanation(name: str, **options: Any) -> Explanation:
    return explained_file(ROOT / "examples" / f"{name}.yaml", **options)


def explained_file(path: Path, **options: Any) -> Explanation:
    return told(path, "python", **options)


def told(path: Path, language: str, **options: Any) -> Explanation:
    network = load_network(str(path))
    net = Net(str(path), network, unroll(lower(network)))
    emitted = emitted_of(net, language)
    return explanation_of(net, emitted, Request(**options))


def by_key(found: Explanation) -> dict[str, Derivation]:
    return {d.quantity.key: d for step in found.steps for d in step.derivations}


# --- Published numbers ------------------------------------------------------------

MAZUR = {
    "z_h1": "0.377500000",
    "a_h1": "0.593269992",
    "a_o1": "0.751365070",
    "loss": "0.298371109",
    "dw_o1_h1": "0.0821670406",
    "path_da_h1_o1": "0.0553994247",
    "path_da_h1_o2": "-0.0190491183",
    "dw_h1_i1": "4.38567734e-04",
    "new_w_o1_h1": "0.358916480",
    "new_w_h2_i2": "0.299502287",
    "loss_after": "0.291027774",
    "stale_loss": "0.291027924",
    "loss_o1": "0.274811083",
}


@pytest.mark.parametrize(("key", "digits"), MAZUR.items())
def test_mazurs_numbers(key: str, digits: str) -> None:
    from bpgen.explaining.digits import digits as shown

    found = explanation("mazur", contrast="stale-weights")
    numbers = {key: d.quantity for key, d in by_key(found).items()}
    parts = [p for d in by_key(found).values() for p in d.parts]
    numbers |= {part.quantity.key: part.quantity for part in parts}
    assert found.contrast is not None
    own = found.contrast.loss
    numbers |= {own.key: own, found.losses.after.key: found.losses.after}
    assert shown(numbers[key].value, 9) == digits


# --- The step ---------------------------------------------------------------------


@pytest.mark.parametrize("name", SMALL)
def test_the_step_is_that_of_the_net(name: str) -> None:
    found = explanation(name)
    network = load_network(str(ROOT / "examples" / f"{name}.yaml"))
    net = evaluated_net(network, lower(network))
    assert network.data is not None
    rows = [list(network.data.inputs[n - 1]) for n in found.batch]
    aims = [list(network.data.targets[n - 1]) for n in found.batch]
    assert net.train_step(rows, aims) == found.losses.before.value
    after = net._mean_loss(rows, aims)
    assert after == found.losses.after.value
    values = {float(x) for row in net.blocks.rows("parameters") for x in row}
    assert {weight.after.value for weight in found.weights} <= values


@pytest.mark.parametrize("name", SMALL)
def test_every_gradient_is_checked_in_two_ways(name: str) -> None:
    found = explanation(name)
    for weight in found.weights:
        if weight.gradient is not None:
            assert weight.check is not None and weight.check.agrees
            assert weight.check.dual == pytest.approx(weight.gradient.value, abs=1e-12)


@pytest.mark.parametrize("name", SMALL)
def test_paths_add_up_and_factors_multiply_out(name: str) -> None:
    several = False
    for made in by_key(explanation(name)).values():
        if made.parts:
            total = sum(part.quantity.value for part in made.parts)
            assert total == pytest.approx(made.quantity.value, rel=1e-12, abs=1e-15)
            several = True
        if made.factors:
            product = 1.0
            for factor in made.factors:
                product *= factor.quantity.value
            assert product == pytest.approx(made.quantity.value, rel=1e-12, abs=1e-15)
    assert several or name in ("xor", "taste", "regression")


@pytest.mark.parametrize("name", SMALL)
def test_no_slope_comes_after_an_update(name: str) -> None:
    order = [step.phase for step in explanation(name).steps]
    phases = ["forward", "loss", "backward", "update", "after"]
    assert list(dict.fromkeys(order)) == phases
    assert order == sorted(order, key=phases.index)


@pytest.mark.parametrize("language", ["python", "dart", "javascript", "typescript"])
def test_every_number_stands_in_the_code(language: str) -> None:
    path = ROOT / "examples" / "mazur.yaml"
    found = told(path, language)
    text = bpgen("emit", str(path), "--lang", language).out.split("\n")
    for made in by_key(found).values():
        assert made.code is not None
        first = made.code.text.split("\n")[0]
        assert text[made.code.line - 1].strip() == first
        if made.quantity.key[0] in "zad" and "new" not in made.quantity.key:
            assert made.quantity.name in first


def test_names_and_anchors_are_the_same_whatever_the_language() -> None:
    path = ROOT / "examples" / "mazur.yaml"
    keys = [list(by_key(told(path, own))) for own in ("python", "dart")]
    assert keys[0] == keys[1]


# --- Batches and optimizers -------------------------------------------------------


def test_a_batch_shows_each_sample_and_the_mean() -> None:
    found = explanation("iris", sample=13)
    assert found.batch == tuple(range(11, 21))
    assert len(found.sample_losses) == 10
    for weight in found.weights:
        assert weight.gradient is not None
        mean = sum(own.value for own in weight.samples) / 10
        assert mean == pytest.approx(weight.gradient.value, rel=1e-12, abs=1e-15)
    other = explanation("iris", sample=11)
    assert other.losses == found.losses
    assert other.inputs != found.inputs


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_optimizers_state_stands_before_and_after(
    optimizer: str, tmp_path: Path
) -> None:
    text = (ROOT / "examples" / "mazur.yaml").read_text()
    own = {
        "momentum": "{type: sgd, learning_rate: 0.5, momentum: 0.9}",
        "adam": "{type: adam, learning_rate: 0.1}",
        "rmsprop": "{type: rmsprop, learning_rate: 0.1}",
        "lion": "{type: lion, learning_rate: 0.1}",
    }[optimizer]
    path = tmp_path / "mazur.yaml"
    path.write_text(re.sub(r"optimizer: .*", f"optimizer: {own}", text))
    found = explained_file(path)
    values = {key: d.quantity.value for key, d in by_key(found).items()}
    for weight in found.weights:
        if weight.gradient is not None:
            assert weight.states
            assert values[weight.after.key] == weight.after.value
            for old, new in weight.states:
                assert old.value == 0.0 and new.value != 0.0
                assert values[new.key] == new.value


def test_many_steps_are_those_of_training() -> None:
    found = explanation("mazur", steps=10)
    assert [row.step for row in found.course] == [0, 1, 2, 5, 10]
    network = load_network(str(ROOT / "examples" / "mazur.yaml"))
    net = evaluated_net(network, lower(network))
    assert network.data is not None
    rows = list(map(list, network.data.inputs)), list(map(list, network.data.targets))
    net.train(*rows, epochs=10)
    assert found.course[-1].loss == net._mean_loss(*rows)


# --- Focus ------------------------------------------------------------------------


def test_a_weight_alone_has_all_that_its_gradient_is_made_of() -> None:
    found = explanation("mazur", weight="w_o1_h2")
    assert set(by_key(found)) == {
        *("new_w_o1_h2", "dw_o1_h2", "dz_o1", "da_o1", "a_o1", "z_o1"),
        *("a_h1", "z_h1", "a_h2", "z_h2"),
    }
    known = {q.key for q in (*found.inputs, *found.targets, *found.settings)}
    for made in by_key(found).values():
        for piece in made.formula:
            if isinstance(piece, Quantity) and piece.key[0] not in "wb":
                assert piece.key in known | set(by_key(found))


@pytest.mark.parametrize("name", ["w_o1_h2", "o1<-h2", "w(o1<-h2)"])
def test_a_weight_has_several_names(name: str) -> None:
    assert explanation("mazur", weight=name).weights[0].before.key == "w_o1_h2"


def test_a_neuron_alone() -> None:
    found = explanation("mazur", neuron="h1")
    assert {step.label for step in found.steps} == {"h1", "all"}
    assert [d.quantity.key for d in found.steps[-1].derivations] == [
        "new_w_h1_i1",
        "new_w_h1_i2",
    ]


def test_a_larger_net_is_summarized_and_says_so() -> None:
    found = explanation("iris")
    assert len(found.weights) == 12
    assert any("--neuron h2" in text for text in found.left_out)
    assert any("83 gradients" in text for text in found.left_out)
    rows = found.tables[-1].rows
    assert [row[0] for row in rows] == [f"h{n}" for n in range(1, 11)] + [
        *("o1", "o2", "o3")
    ]


@pytest.mark.parametrize("notation", ["names", "nielsen", "matrix", "pytorch", "mazur"])
@pytest.mark.parametrize(
    "name", ["mazur", pytest.param("iris", marks=pytest.mark.wide)]
)
def test_a_notation_changes_names_and_no_number(name: str, notation: str) -> None:
    found, plain = explanation(name, notation=notation), explanation(name)
    assert [d.quantity.value for d in by_key(found).values()] == [
        d.quantity.value for d in by_key(plain).values()
    ]
    if notation != "names":
        assert found.weights[0].before.name != plain.weights[0].before.name
    names, known = (
        {d.quantity.name for d in by_key(own).values()} for own in (found, plain)
    )
    assert len(names) == len(known)


def test_examples_are_there() -> None:
    assert {path.stem for path in EXAMPLES} >= set(SMALL)
