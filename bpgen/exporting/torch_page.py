"""A net as one program of PyTorch: a model, and a training script around it.

In: a network, its program, and the texts of the templates, which have what stands
around every net. Out: the text of the file. It has those parts of them that it reaches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from bpgen.catalog.layers.base import Parameter
from bpgen.errors import InputError, Problem
from bpgen.exporting.torch_model import WIDTH, written_class
from bpgen.exporting.torch_parts import imports_of, parts_of, reached, without_unused
from bpgen.exporting.torch_training import (
    aims_lines,
    clip_lines,
    hits_lines,
    loss_lines,
    optimizer_lines,
    own_lines,
    schedule_lines,
)
from bpgen.lowering.constants import net_constants
from bpgen.network.network import Network
from bpgen.program import nodes as ir
from bpgen.program.blocks import Program
from bpgen.runtime.constants import Constants

MODEL = "Model"  # what the templates call the class
# The first one stands before the model, the others behind it.
TEMPLATES = ("modules.py", "drawing.py", "training.py", "data.py", "command.py")
AT_ONCE = 256  # samples that are looked at at once, where nothing is learned
HEAD = '''"""{name} in PyTorch: the net of {file}, and a script that trains it.

{usage}

Saved states are those of the files that `bpgen emit` writes: training can go on in
any language. Made by bpgen export; it is yours to change.
"""'''


def torch_page(
    network: Network, program: Program, templates: Sequence[str], file: str
) -> str:
    """The file of a net that was read from that file; `templates` are the texts of
    TEMPLATES.

    Raises:
        InputError: something of the net has no counterpart in PyTorch.
    """
    _refuse(network)
    made = written_class(network, module_names())
    facts = net_constants(network, program)
    plain = _plain(network, program, facts, made.renamed)
    before, *behind = (parts_of(text, plain) for text in templates)
    after = {name: text for parts in behind for name, text in parts.items()}
    constants = _constants(network, plain)
    texts = {
        MODEL: "\n".join(made.lines),
        "sample_losses": "\n".join([*loss_lines(network)]),
        "aims": "\n".join(aims_lines(network)),
        "hits": "\n".join(hits_lines(facts)),
        "make_optimizer": "\n".join(optimizer_lines(network)),
        "move": "\n".join(schedule_lines(network)),
        "clip_gradients": "\n".join(clip_lines(network)),
        "own_data": "\n".join(_data_lines(network)),
    }
    texts["sample_losses"] += "\n".join(own_lines(network))
    joined, name = _joined(before, after, texts, network.class_name)
    words = set(re.findall(r"\w+", joined))
    used = [f"{k} = {v}" for k, v in constants.items() if k.partition(":")[0] in words]
    imports = imports_of(templates, joined)
    head = HEAD.format(name=name, usage=_usage(network), file=file)
    end = 'if __name__ == "__main__":\n    raise SystemExit(main())\n'
    loaded = "\n".join(["from __future__ import annotations", "", *imports])
    top = "\n\n".join([head, loaded, "\n".join(used)])
    return "\n\n\n".join([top, joined, end])


def _usage(network: Network) -> str:
    """How the file is run."""
    own = f"{network.name}.py" + " --data FILE.npz" * (network.data is None)
    ways = {
        f"python {own}": "trains it" + " on its own data" * bool(network.data),
        f"torchrun --nproc_per_node 2 {own}": "in two processes: the same numbers",
        f"python {network.name}.py --help": "tells the rest",
    }
    return "\n".join(f"    {way}\n        {what}" for way, what in ways.items())


def _joined(
    before: dict[str, str], after: dict[str, str], own: dict[str, str], class_name: str
) -> tuple[str, str]:
    """The parts of the templates that are reached, with the net's own among them; and
    what the class is called."""
    body = {**before, **after, **own}
    wanted = reached(body, ["main", MODEL])
    first = [name for name in before if name in wanted]
    last = [name for name in after if name in wanted]
    middle = [name for name in own if name not in (MODEL, "own_data")]
    order = [*first, MODEL, *middle, *last[:-1], "own_data", last[-1]]
    joined = "\n\n\n".join(body[name].strip("\n") for name in order)
    joined = without_unused(joined, "Run")
    name = f"{class_name}Net" if class_name in body else class_name
    return re.sub(rf"\b{MODEL}\b", name, joined), name


def _refuse(network: Network) -> None:
    """What an exported file cannot do.

    Raises:
        InputError: the net asks for it.
    """
    if not network.trained:
        message = "the net has nothing to train: there is no parameter, or all are "
        raise InputError([Problem(message + "frozen")])


def module_names() -> set[str]:
    """What every module of PyTorch has already, so that no layer is called so."""
    return {
        *("add_module", "apply", "bfloat16", "buffers", "call_super_init", "children"),
        *("compile", "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr"),
        *("float", "forward", "get_buffer", "get_extra_state", "get_parameter"),
        *("get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia"),
        *("named_buffers", "named_children", "named_modules", "named_parameters"),
        *("parameters", "register_buffer", "register_module", "register_parameter"),
        *("requires_grad_", "set_extra_state", "set_submodule", "share_memory"),
        *("state_dict", "to", "to_empty", "train", "training", "type", "xpu"),
        *("zero_grad",),
    }


# What is a net's own ------------------------------------------------------------


def _plain(
    network: Network, program: Program, facts: Constants, renamed: dict[str, str]
) -> dict[str, Any]:
    """The constants of the template with the values of a net."""
    shape = tuple(map(len, network.input_axes))
    output = tuple(map(len, network.output_axes))
    scalars = {s.name: s for s in program.states if not s.variable.labels}
    kept = {
        torch_name: "rate" if isinstance(start, str) else start
        for torch_name, start in network.optimizer.update(
            network.settings
        ).state.values()
    }
    return {
        "NET": facts.net_hash,
        "FORMAT": facts.format,
        "CHECKPOINT": f"{facts.format}, under way",
        "SEED": network.seed,
        "INPUT_SHAPE": shape,
        "OUTPUT_SHAPE": output,
        "INDICES": network.index_count,
        "EPOCHS": facts.epochs,
        "EPOCHS_WIDTH": facts.epochs_width,
        "BATCH_SIZE": facts.batch_size,
        "SHUFFLE": facts.shuffles,
        "REPORT_EVERY": facts.report_every,
        "VALIDATION": facts.validation,
        "PATIENCE": facts.patience,
        "MIN_DELTA": facts.min_delta,
        "DRAWS": facts.is_random,
        "AT_ONCE": AT_ONCE,
        "HAS_CLASSES": facts.has_classes,
        "SAYS_CLASS": facts.says_class,
        "TELLS_CLASSES": facts.tells_classes,
        "HAS_DATA": network.data is not None,
        "TEST_COUNT": facts.test_count,
        "OPTIMIZER": network.optimizer.name,
        "RATE": float(network.settings["learning_rate"]),
        "SCHEDULE_PER": facts.schedule_per,
        "BUFFERS": {b.name: _start(network, b) for b in network.buffers},
        "FACTORS": dict(network.rate_factors),
        "PENALTIES": {k: v for k, v in network.penalties.items() if any(v)},
        "STATES": kept,
        "SCALARS": {name: _beta(name, network) for name in scalars},
        "SCHEDULE": {
            state.name: _value(state.start) for state in program.schedule_states
        },
        "RENAMED": renamed,
    }


def _constants(network: Network, plain: dict[str, Any]) -> dict[str, str]:
    """The constants of the template with the values of a net, as code."""
    annotations = {
        "FACTORS": "dict[str, float]",
        "PENALTIES": "dict[str, tuple[float, float]]",
        "STATES": "dict[str, Any]",
        "SCALARS": "dict[str, Any]",
        "SCHEDULE": "dict[str, float]",
        "RENAMED": "dict[str, str]",
        "BUFFERS": "dict[str, tuple[Any, ...]]",
    }
    found = {}
    for name, value in plain.items():
        key = f"{name}: {annotations[name]}" if name in annotations else name
        found[key] = _literal(value, len(key) + 3)
    frozen = sorted(network.frozen)
    listed = _literal(frozen, 22)
    found["FROZEN: set[str]"] = f"{{{listed[1:-1]}}}" if frozen else "set()"
    starts = {p.name: _start(network, p) for p in network.parameters}
    found["STARTS: dict[str, tuple[Any, ...]]"] = _literal(starts, 100)
    return found


def _beta(name: str, network: Network) -> Any:
    return {
        "step": 1.0,
        "beta1_power": network.settings.get("beta1", 0.0),
        "beta2_power": network.settings.get("beta2", 0.0),
        "decay": 0.9998367253526753,
        "mu_product": network.settings.get("beta1", 0.0),
    }[name]


def _value(start: ir.Expression) -> float:
    assert isinstance(start, ir.Number)
    return start.value


def _start(network: Network, parameter: Parameter) -> tuple[Any, ...]:
    """How a parameter starts: given, constant, or drawn."""
    if parameter.name in network.initial:
        return "given", list(network.initial[parameter.name])
    start = parameter.initial
    if not isinstance(start, ir.Draw):
        return "constant", _value(start)
    numbers = _value(start.first), _value(start.second)
    if start.distribution == "orthogonal":
        return "orthogonal", *numbers, parameter.gates
    return start.distribution, *numbers


def _literal(value: Any, used: int) -> str:
    """A value as code, in lines where it is long."""
    text = _code(value)
    if used + len(text) <= WIDTH:
        return text
    pairs = value.items() if isinstance(value, dict) else ((None, v) for v in value)
    lines = []
    for key, item in pairs:
        start = f"    {_code(key)}: " if key is not None else "    "
        line = f"{start}{_code(item)},"
        is_short = len(line) <= WIDTH or not isinstance(item, tuple)
        lines += [line] if is_short else list(_wrapped(start, item))
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return "\n".join([opening, *lines, closing])


def _code(value: Any) -> str:
    """A value as code, with the quotes that formatters want."""
    match value:
        case str():
            return f'"{value}"'
        case dict():
            pairs = (f"{_code(k)}: {_code(v)}" for k, v in value.items())
            return f"{{{', '.join(pairs)}}}"
        case list():
            return f"[{', '.join(map(_code, value))}]"
        case tuple():
            inner = ", ".join(map(_code, value))
            return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def _wrapped(start: str, item: tuple[Any, ...]) -> Iterator[str]:
    """A parameter that is given, its numbers in lines of text."""
    kind, *rest = item
    yield f"{start}("
    if kind != "given":
        yield from (f"        {_code(part)}," for part in item)
        yield "    ),"
        return
    (numbers,) = rest
    yield f'        "{kind}",'
    yield "        numbers("
    yield '            """'
    yield from wrap(" ".join(map(_short, numbers)), WIDTH)
    yield '"""'
    yield "        ),"
    yield "    ),"


def _short(number: float) -> str:
    return repr(number).removesuffix(".0")


def _data_lines(network: Network) -> Iterator[str]:
    """The function `own_data`."""
    yield "def own_data() -> tuple[Any, Any]:"
    yield '    """The inputs and the targets of the net\'s own data."""'
    data = network.data
    if data is None:
        yield "    return [], []"
        return
    data = data.whole
    aims: Any = data.labels or data.targets
    rows = [[*x, *map(float, t)] for x, t in zip(data.inputs, aims, strict=True)]
    size = len(data.inputs[0])
    yield f"    rows = numbers(DATA).reshape(-1, {len(rows[0])})"
    yield f"    return rows[:, :{size}], rows[:, {size}:]"
    yield ""
    yield ""
    yield 'DATA = """'
    yield from wrap(" ".join(_short(n) for row in rows for n in row), WIDTH)
    yield '"""'
