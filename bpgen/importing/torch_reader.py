"""The operators of a captured model, one after the other, into a draft.

In: the graph of torch.export. Out: a draft and its output, or all that has no
counterpart. What an operator becomes is in tables of other modules.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, TypeAlias

import torch

from bpgen.errors import InputError, Problem
from bpgen.importing.attention import UNPROJECTED
from bpgen.importing.draft import Draft, RefusedError, Value
from bpgen.importing.places import Places
from bpgen.importing.symbol import Symbol
from bpgen.importing.torch_capture import path_of, place_of
from bpgen.importing.torch_values import Known, Moved, moved, weights_of
from bpgen.importing.weights import Weights

# Operators that only move numbers: they are run on places.
MOVING = frozenset(
    (
        *("view", "reshape", "_unsafe_view", "permute", "transpose", "t", "unsqueeze"),
        *("squeeze", "flatten", "unflatten", "select", "slice", "narrow", "expand"),
        *("contiguous", "clone", "detach", "alias", "chunk", "split", "unbind"),
        *("split_with_sizes", "movedim", "swapaxes", "numpy_T", "mT", "flip", "roll"),
        *("view_as", "expand_as", "lift_fresh_copy"),
    )
)
SAME = frozenset(("to", "_to_copy", "type_as", "detach_", "contiguous", "alias"))
# What takes values that are no layers yet.
TAKING = frozenset(
    (
        *("add", "sub", "mul", "div", "neg", "mean", "pow", "sqrt", "rsqrt"),
        *("reciprocal", "cat", "stack", "matmul", "bmm", "baddbmm"),
        *("scaled_dot_product_attention", "softmax", "masked_fill", "where"),
        "dropout",
    )
)
SILENT = frozenset(("_assert_tensor_metadata", "sym_constrain_range", "_assert_async"))


class Broken:
    """What cannot be known, since something before it was refused."""


Handler: TypeAlias = Callable[["Reader", "Operation"], Any]


CELLS = {
    "lstm_cell": "nn.LSTM",
    "gru_cell": "nn.GRU",
    "rnn_tanh_cell": "nn.RNN",
    "rnn_relu_cell": "nn.RNN",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operator with its arguments, by their places, and a name for its layer."""

    kind: str
    given: Mapping[str, Any]
    name: str
    comment: str

    def __getitem__(self, key: str) -> Any:
        return self.given[key]


class Reader:
    """Reads a captured model."""

    def __init__(
        self,
        exported: Any,
        handlers: Mapping[str, Handler],
        rates: Mapping[str, float],
    ) -> None:
        self.exported, self.handlers = exported, handlers
        self.rates = rates  # dropout of attention, by the path of its module
        self.found: dict[Any, Any] = {}
        self.refusals: list[str] = []
        self.owners: dict[tuple[Any, ...], str] = {}  # layers by what they compute with
        self.draft = Draft((1,))
        self.pending: dict[str, Any] = {}  # attention whose output is to come
        self.is_of_indices = False

    # The graph ------------------------------------------------------------------

    def read(self) -> Value:
        """The output of the model, all of it read into the draft.

        Raises:
            InputError: with all that has no counterpart.
        """
        output: Any = None
        self.exported.graph.eliminate_dead_code()
        for node in self.exported.graph.nodes:
            if node.op == "placeholder":
                self.found[node] = self.placeholder(node)
            elif node.op == "call_function":
                self.found[node] = self.called(node)
            elif node.op == "get_attr":
                tensor = getattr(self.exported.graph_module, node.target)
                self.found[node] = Known(tensor)
            else:
                output = self.output_of(node.args[0])
        if self.refusals:
            raise InputError([Problem(text) for text in dict.fromkeys(self.refusals)])
        try:
            return self.value(output)
        except RefusedError as error:
            raise InputError([Problem(f"the output: {error}")]) from None

    def output_of(self, nodes: Sequence[Any]) -> Any:
        """The one result of the model."""
        if len(nodes) != 1:
            self.refusals.append(
                f"the model has {len(nodes)} outputs: net.yaml has one: return only it"
            )
            return None
        return self.found[nodes[0]]

    def placeholder(self, node: Any) -> Any:
        """A parameter, a buffer, or the input."""
        signature = self.exported.graph_signature
        names = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
        if node.name in names:
            name = names[node.name]
            state = self.exported.state_dict
            tensor = state[name] if name in state else self.exported.constants[name]
            return Known.parameter(name, tensor)
        constants = getattr(signature, "inputs_to_lifted_tensor_constants", {})
        if node.name in constants:
            return Known(self.exported.constants[constants[node.name]])
        tensor = node.meta["val"]
        self.is_of_indices = not tensor.is_floating_point()
        self.draft = Draft(tuple(tensor.shape[1:]))
        return moved(self.draft.input, prod(tensor.shape[1:]))

    def called(self, node: Any) -> Any:
        """What an operator gives."""
        if node.target is operator.getitem:
            source = self.found[node.args[0]]
            if isinstance(source, Broken) or source is None:
                return Broken()
            found = source[node.args[1]]
            if found is None:
                self.refuse(node, "it gives only its outputs and h_n in net.yaml")
                return Broken()
            return found
        arguments = torch.fx.map_arg(node.args, lambda n: self.found[n])
        named = torch.fx.map_arg(node.kwargs, lambda n: self.found[n])
        try:
            return self.applied(node, arguments, named)
        except (RuntimeError, IndexError):  # of places that cannot be moved so
            kind = node.target.__name__.partition(".")[0]
            self.refuse(node, f"{kind} of such values has no counterpart in net.yaml")
            return Broken()
        except RefusedError as error:
            self.refuse(node, str(error))
            result, module = node.meta.get("val"), path_of(node)[1]
            if module in LEAVES and isinstance(result, torch.Tensor):
                return self.stood_in(result)
            return Broken()

    def refuse(self, node: Any, reason: str) -> None:
        """Note why the use of an operator has no counterpart."""
        where = f"{place_of(node)}{path_of(node)[0] or 'model'}"
        self.refusals.append(f"{where}: {reason}")

    def stood_in(self, result: torch.Tensor) -> Any:
        """Something like what a refused module gives: to find what else is wrong."""
        shape = tuple(result.shape[1:])
        name = self.draft.add("refused", "refused", (), shape).layer
        return moved(Value(name, Places.whole(shape)), prod(shape))

    def applied(self, node: Any, arguments: Any, named: Any) -> Any:
        """The result of one operator.

        Raises:
            RefusedError: it has no counterpart.
        """
        parts = [*_parts(arguments), *_parts(tuple(named.values()))]
        if any(isinstance(part, Broken) for part in parts):
            return Broken()
        kind = node.target.__name__.partition(".")[0]
        kind = kind.removesuffix("_") if not kind.startswith("_") else kind
        if kind in SILENT:
            return None
        whole = [part for part in parts if isinstance(part, Moved)]
        symbols = [part for part in parts if isinstance(part, Symbol)]
        is_special = any(hasattr(part, "is_attention") for part in parts)
        if not whole and not is_special and not symbols:
            return self.computed(node, kind, arguments, named)
        if kind in SAME:
            return arguments[0]
        if kind in MOVING and hasattr(arguments[0], "rearranged"):
            return arguments[0].rearranged(kind, *arguments[1:])
        if kind in MOVING and isinstance(arguments[0], Moved):
            return self.rearranged(node, arguments, named)
        if kind in MOVING and symbols and hasattr(arguments[0], "by"):
            rest = arguments[1:]
            return arguments[0].by(lambda at: node.target(at, *rest, **named))
        if symbols and kind not in TAKING:
            raise RefusedError(symbols[0].unfinished)
        if kind not in self.handlers:
            instead = CELLS.get(kind)
            remedy = f": use {instead}, not a loop over cells" if instead else ""
            raise RefusedError(f"{kind} has no counterpart in net.yaml{remedy}")
        return self.handlers[kind](self, self.operation(node, kind, arguments, named))

    def operation(self, node: Any, kind: str, arguments: Any, named: Any) -> Operation:
        """An operator with its arguments by name, defaults among them."""
        given: dict[str, Any] = {}
        for number, argument in enumerate(node.target._schema.arguments):
            if number < len(arguments):
                given[argument.name] = arguments[number]
            elif argument.name in named:
                given[argument.name] = named[argument.name]
            else:
                given[argument.name] = argument.default_value
        path, module = path_of(node)
        name = path if path and module in LEAVES else f"{path}_{kind}".lstrip("_")
        return Operation(kind, given, name.replace(".", "_"), path)

    def computed(self, node: Any, kind: str, arguments: Any, named: Any) -> Any:
        """What does not depend on the input: computed now."""
        if kind in MOVING and isinstance(arguments[0], Known):
            rest = arguments[1:]
            own = arguments[0]

            def move(tensor: torch.Tensor) -> Any:
                return node.target(tensor.contiguous(), *rest, **named)

            result = move(own.tensor)
            if isinstance(result, torch.Tensor):
                return own.by(move)
            pieces = zip(
                result,
                [None] * len(result) if own.at is None else move(own.at),
                strict=True,
            )
            return [replace(own, tensor=part, at=at) for part, at in pieces]
        if kind == "embedding":
            rows = arguments[1].tensor.long()
            return arguments[0].by(lambda table: table[rows])
        plain = torch.fx.node.map_aggregate(
            (arguments, dict(named)), lambda p: p.tensor if isinstance(p, Known) else p
        )
        with torch.no_grad():
            result = node.target(*plain[0], **plain[1])
        if isinstance(result, torch.Tensor):
            if kind in SAME and isinstance(arguments[0], Known):
                return arguments[0]
            return Known(result)
        return result

    def rearranged(self, node: Any, arguments: Any, named: Any) -> Any:
        """A value whose elements an operator only moves."""
        own, rest = arguments[0], arguments[1:]
        rest = tuple(p.at if isinstance(p, Moved) else p for p in rest)
        result = node.target(own.at.contiguous(), *rest, **named)
        if isinstance(result, torch.Tensor):
            return Moved(own.layer, own.size, result)
        return [Moved(own.layer, own.size, part) for part in result]

    # What handlers need ---------------------------------------------------------

    def value(self, part: Any) -> Value:
        """A value without its samples.

        Raises:
            RefusedError: it is none, or its samples are mixed.
        """
        if isinstance(part, Symbol):
            raise RefusedError(part.unfinished)
        if not isinstance(part, Moved):
            raise RefusedError("the result does not depend on the input")
        if part.layer in self.pending:
            raise RefusedError(UNPROJECTED)
        return part.sample()

    def layer(
        self,
        type_: str,
        operation: Operation,
        x: Moved,
        shape: Sequence[int],
        options: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Any] | None = None,
        flat: Value | None = None,
    ) -> Moved:
        """A layer that reads one value; the same one if it is there already.

        Raises:
            RefusedError: net.yaml has no layer for what it would read.
        """
        source = self.draft.plain(flat or self.value(x))
        value = self.layer_on(type_, operation, (source,), shape, options, parameters)
        return x.like(value, prod(shape))

    def layer_on(
        self,
        type_: str,
        operation: Operation,
        sources: tuple[str, ...],
        shape: Sequence[int],
        options: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Value:
        """A layer that reads others; shared where its weights are in use already."""
        options, parameters = dict(options or {}), dict(parameters or {})
        weights = {
            last: part if isinstance(part, Weights) else weights_of(part)[0]
            for last, part in parameters.items()
        }
        names = tuple(t.name for own in weights.values() for t in own.tensors)
        rows = tuple(own.places.at[:1] for own in weights.values())
        own_key = (type_, names, rows, tuple(shape), repr(sorted(options.items())))
        key = (*own_key, sources)
        if names and key in self.owners:
            whole = self.draft.shape_of(self.owners[key])
            return Value(self.owners[key], Places.whole(whole))
        if names and own_key in self.owners:
            options["share"] = self.owners[own_key]
            weights = {}
        comment = operation.comment
        made = self.draft.add(
            type_, operation.name, sources, shape, options, weights, comment
        )
        self.owners[key] = made.layer
        self.owners.setdefault(own_key, made.layer)
        return made


# Modules that are one operator: their layer has the module's name.
LEAVES = frozenset(
    name
    for name in dir(torch.nn)
    if name[0].isupper()
    and not name.startswith(("Transformer", "Sequential", "Module", "Parameter"))
)


def _parts(given: Any) -> list[Any]:
    """All arguments, those in lists, too."""
    if isinstance(given, (list, tuple)):
        return [part for item in given for part in _parts(item)]
    return [given]
