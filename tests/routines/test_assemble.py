"""Which members and helpers a file gets: those that its public members need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pytest
from nets.net import Net, dense, spec
from nets.table import NETS
from running.tiers import wide_but

from bpgen.languages import LANGUAGES
from bpgen.program import host
from bpgen.routines.assemble import Routines, routines
from bpgen.routines.subset import PRIMITIVES
from bpgen.runtime.constants import Constants
from bpgen.runtime.named import NAMED
from bpgen.writing.facts import constants_of
from bpgen.writing.options import Options

ROWS = [[n / 4.0, 1.0 - n, 0.5 * n] for n in range(20)]


def net(name: str, layers: list[Any], loss: str, **more: Any) -> Net:
    """A net with data of its own."""
    return Net(name, spec(3, layers, loss, **more))


WITH_DATA = (
    net("numbers", [dense(1)], "mse", data={"inputs": ROWS[:2], "targets": [[0], [1]]}),
    net("text", [dense(3)], "mse", data={"inputs": ROWS, "targets": ROWS}),
    net(
        "labels",
        [dense(2, "softmax")],
        "cross_entropy",
        data={"inputs": ROWS, "labels": [0, 1] * 10},
    ),
    net(
        "letters",
        [{"type": "embedding", "vocabulary": 3, "size": 2}, dense(3, "softmax")],
        "cross_entropy",
        classes=[".", "a", "b"],
        data={"inputs": [[0, 1, 2]] * 20, "labels": [[1, 2, 0]] * 20},
    ),
    Net(
        "steps_of_labels",
        spec(
            [2, 3],
            [dense(2, "softmax")],
            "cross_entropy",
            data={"inputs": [row * 2 for row in ROWS], "labels": [[0, 1]] * 20},
        ),
    ),
)
# Together they use all that there is.
VARIED = {
    **{own.name: own for own in WITH_DATA},
    **{
        name: NETS[name]
        for name in (
            *("one_unit", "two_classes", "frozen_bias", "frozen_all", "in_order"),
            *("batch_norm", "batch_norm_penalty", "batch_norm_validated"),
            *("dropout", "dropout_validated", "optimizer_adam_by_warmup"),
            *("epochs_cosine", "stops_sgd", "stops_plateau_held"),
            *("embedding_classes", "initializer_he_normal", "initializer_zeros"),
            *("optimizer_l1_l2", "loss_hinge", "loss_kl_divergence"),
            *("loss_multi_margin", "online", "online_in_order"),
        )
    },
}
OPTIONS = {
    "whole": Options(),
    "library": Options(library=True),
    "inference": Options(inference=True),
}


def facts(given: Net, options: Options) -> Constants:
    """The constants of an emitted file."""
    return constants_of(given.network, given.program, options)


@cache
def assembled(
    name: str, kind: str = "whole", *needed: str, language: str = "python"
) -> Routines:
    """The routines of an emitted file."""
    options = replace(OPTIONS[kind], language=language)
    return routines(facts(VARIED[name], options), kind == "whole", needed)


def methods(found: Routines) -> set[str]:
    """The methods of the net's own class."""
    (net,) = (node for node in found.classes if node.name == "Net")
    return {method.name for method in net.methods}


def own_fields(found: Routines) -> set[str]:
    """The fields of the net's own class."""
    return {f.name for node in found.classes if node.name == "Net" for f in node.fields}


def functions(found: Routines) -> set[str]:
    """The functions beside the classes."""
    return {node.name for node in (*found.functions, *found.main)}


PUBLIC = {
    *("predict", "forward", "loss", "backward", "zero_gradients", "update"),
    *("batch_gradients", "train_step", "train", "evaluate", "check_gradients"),
    *("parameters", "gradients", "buffers", "set_parameters", "to_json", "load_json"),
}
OF_CLASSES = {"probabilities", "classify"}


@pytest.mark.parametrize("name", VARIED)
def test_callers_find_all_that_is_promised(name: str) -> None:
    for kind in ("whole", "library"):
        found = {m for m in methods(assembled(name, kind)) if not m.startswith("_")}
        has_classes = VARIED[name].network.loss.targets.are_classes
        more = {"one_hot", *OF_CLASSES} if has_classes else set()
        more |= {"sample"} if name == "letters" else set()
        more |= {"set_buffers"} if VARIED[name].network.buffers else set()
        assert found == PUBLIC | more
    found = {m for m in methods(assembled(name, "inference")) if not m.startswith("_")}
    more = OF_CLASSES if has_classes else set()
    assert found == {"predict", "parameters", "load_json"} | more


def test_a_library_has_no_main_and_no_data() -> None:
    for name in VARIED:
        found = assembled(name, "library")
        assert found.main == ()
        assert not {"data", "inputs", "answers"} & set(found.constants)


def test_main_trains_where_there_are_data() -> None:
    without, literal, text, labels, steps = (
        {node.name for node in assembled(name).main}
        for name in ("one_unit", "numbers", "text", "labels", "steps_of_labels")
    )
    always = {"main", "check", "trained", "one_epoch", "is_due", "reported"}
    always |= {"finish", "diverged", "keep", "show", "said", "shown"}
    always |= {"flags_known", "check_flags", "text_after", "whole_after"}
    always |= {"few", "lost", "replayed", "replay", "off"}
    classes = {"one_hot_row", "class_text"}
    assert without == (always - {"few"}) | {
        *("any_samples", "any_target", "drawn"),
        *("rows_of", "columns_in", "places_of", "value_of"),
    }
    assert literal == text == always | {"data"}
    one_class = (always | classes | {"data", "of_each_class", "right"}) - {"shown"}
    assert labels == one_class
    assert steps == (always | classes | {"data", "classes"}) - {"shown"}
    assert {"inputs", "answers"} <= set(assembled("numbers").constants)
    assert "data" in assembled("text").constants
    assert not {"inputs", "answers"} & set(assembled("text").constants)


def test_inference_needs_no_generator_for_a_fixed_start() -> None:
    for name, classes in (
        ("one_unit", ["Generator", "Net"]),
        ("initializer_zeros", ["Net"]),
    ):
        found = assembled(name, "inference")
        assert [node.name for node in found.classes] == classes
        assert own_fields(found) == {"_generator"} & {f"_{n.lower()}" for n in classes}
    assert functions(assembled("one_unit", "inference")) == {
        *(
            "agrees",
            "differing",
            "numbers_that_fit",
            "state_in",
            "what_differs",
            "input_row",
            "flat_row",
            "named",
            "nested",
            "flat",
            "numbers_in",
            "table_in",
            "number_in",
        ),
        *("size_of", "set_rows"),
    }


def test_early_stopping_is_there_for_nets_that_stop() -> None:
    stopping = {"_begin", "_watch", "_all_numbers", "_end"}
    kept = {"_best_loss", "_worse_epochs", "_best_numbers", "_stalled", "best_epoch"}
    found = assembled("stops_sgd")
    assert stopping <= methods(found)
    assert kept <= own_fields(found)
    found = assembled("epochs_cosine")
    assert not (stopping - {"_all_numbers"}) & methods(found)
    assert not kept & own_fields(found)


def test_samples_are_held_out_where_the_net_says_so() -> None:
    held, examined, plain = map(
        assembled, ("stops_plateau_held", "dropout_validated", "stops_sgd")
    )
    assert {"_split", "_validate"} <= methods(held)
    assert "_examine" not in methods(held)  # its forward pass says the same
    assert {"_split", "_validate", "_examine"} <= methods(examined)
    assert not {"_split", "_validate", "_examine"} & methods(plain)
    for found, has_loss in ((held, True), (plain, False)):
        assert ("validation_loss" in own_fields(found)) is has_loss


def test_batches_are_for_layers_that_mix_them() -> None:
    own = {"_forward_rows", "_loss_rows", "_backward_rows"}
    alone = {name.removesuffix("_rows") for name in own}
    assert own <= methods(assembled("batch_norm"))
    assert not alone & methods(assembled("batch_norm"))
    assert alone <= methods(assembled("dropout"))
    assert not own & methods(assembled("dropout"))


def test_penalties_states_and_buffers_are_for_those_who_have_them() -> None:
    own = {"_penalty", "_add_penalty_gradients"}
    assert own <= methods(assembled("optimizer_l1_l2"))
    assert not own & methods(assembled("one_unit"))
    shapes = {"state_shapes", "schedule_shapes", "buffer_shapes"}
    for name, expected in (
        ("one_unit", set()),
        ("optimizer_adam_by_warmup", {"state_shapes", "schedule_shapes"}),
        ("batch_norm", {"buffer_shapes"}),
    ):
        assert shapes & set(assembled(name).constants) == expected


def test_a_net_at_work_goes_forward_by_itself_only_where_it_differs() -> None:
    own = {"_predict", "_examine", "_examine_rows"}
    for name, expected in (
        ("dropout", {"_examine"}),
        ("batch_norm", {"_predict", "_examine_rows"}),
        ("one_unit", set()),
    ):
        assert own & methods(assembled(name)) == expected


def test_the_program_names_what_else_it_needs() -> None:
    def drawn(*needed: str) -> set[str]:
        return {
            method.name
            for node in assembled("numbers", "library", *needed).classes
            for method in node.methods
            if node.name == "Generator"
        }

    assert drawn() == {"__init__", "next", "shuffle"}
    assert drawn("normal") == {"__init__", "next", "normal", "shuffle"}
    assert "erf" not in functions(assembled("numbers"))
    assert "erf" in functions(assembled("numbers", "whole", "erf"))


# --- Nothing that nobody calls --------------------------------------------------------


def below(value: Any) -> Iterator[Any]:
    """All nodes inside of one, and itself."""
    if isinstance(value, tuple):
        for item in value:
            yield from below(item)
    elif is_dataclass(value):
        yield value
        for field in fields(value):
            yield from below(getattr(value, field.name))


def called_in(node: host.Function) -> set[str]:
    """The routines that a routine calls, and the fields that it reads."""
    found = set()
    for inner in below(node):
        match inner:
            case host.Invoke(name=name) | host.Member(name=name):
                found.add(name)
    return found


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("name", wide_but(VARIED, list(VARIED)[::6].__contains__))
def test_every_private_routine_is_called_by_another_one(name: str, kind: str) -> None:
    found = assembled(name, kind)
    all_routines = [method for node in found.classes for method in node.methods]
    all_routines += [*found.functions, *found.main]
    public = {
        *PUBLIC,
        *OF_CLASSES,
        "one_hot",
        "set_buffers",
        "sample",
        "main",
        "check",
        "demonstrate",
        "__init__",
    }
    for routine in all_routines:
        others = (r for r in all_routines if r is not routine)
        called = {each for other in others for each in called_in(other)}
        assert routine.name in called | public, f"nobody calls {routine.name}"
    for field in own_fields(found) - {"generator"}:
        assert any(field in called_in(routine) for routine in all_routines)


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("name", VARIED)
def test_all_that_is_called_is_there(name: str, kind: str) -> None:
    found = assembled(name, kind)
    there = functions(found) | {node.name for node in found.classes}
    for node in found.classes:
        there |= {part.name for part in (*node.fields, *node.methods)}
    for routine in (
        *(method for node in found.classes for method in node.methods),
        *(*found.functions, *found.main),
    ):
        assert called_in(routine) <= there


# --- Notations ------------------------------------------------------------------------


def primitives_in(node: Any, in_text: bool = False) -> Iterator[tuple[Any, bool]]:
    """The primitives of a node, and whether each stands right in a text."""
    if isinstance(node, host.Primitive):
        yield node, in_text
    if isinstance(node, tuple):
        for item in node:
            yield from primitives_in(item, in_text)
    elif is_dataclass(node):
        for field in fields(node):
            inner = getattr(node, field.name)
            yield from primitives_in(inner, isinstance(node, host.Text))


@cache
def all_primitives(language: str) -> set[tuple[str, bool]]:
    """The primitives of all nets in all kinds of files."""
    found = set()
    for name in VARIED:
        for kind in OPTIONS:
            own = assembled(name, kind, "erf", "normal", language=language)
            record = LANGUAGES[language]
            own = own.with_types(record.types) if record.ways.states_types else own
            for parts in own.classes:
                found |= {(p.name, inside) for p, inside in primitives_in(parts)}
            for part in (*own.functions, *own.main):
                found |= {(p.name, inside) for p, inside in primitives_in(part)}
    return {(name, inside) for name, inside in found if not name.startswith("block_")}


@pytest.mark.slow  # all languages; below, each of them has all notations
def test_every_primitive_is_of_use() -> None:
    words = {"none", "quotient", "rest"}  # of Python itself
    used = {name for language in LANGUAGES for name, _ in all_primitives(language)}
    assert used == PRIMITIVES | words


@pytest.mark.wide
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_primitive_has_a_notation(language: str) -> None:
    record = LANGUAGES[language]
    own = {*record.forms, *record.functions}
    missing = {
        name
        for name, in_text in all_primitives(language)
        if name not in own and not (in_text and name in record.places)
    }
    assert missing == set()


def test_no_constant_is_called_like_a_method() -> None:
    """In some languages both are members of one class."""
    nets = map(assembled, ("one_unit", "labels", "steps_of_labels"))
    methods = {own.name for found in nets for own in found.classes[-1].methods}
    assert "one_hot" in methods
    assert methods.isdisjoint(quiet for quiet, _, _ in NAMED.values())
