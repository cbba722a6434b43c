"""Coverage-guided fuzzing of what bpgen reads: `python -m hostile.fuzz SECONDS`.

It needs atheris (`pip install 'bpgen[fuzz]'`) and `tests` on PYTHONPATH. The first
byte of an input says what the rest is; it stops at the first input that leads to
anything but words, and leaves that in a file of its own, `crash-...`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from bpgen.errors import InputError, Problems

NET = """\
input: 2
layers: [{type: dense, units: 2}, batch_norm, softmax]
loss: cross_entropy
"""
ROWS = b"a,b,kind\n0.5,1.5,x\n-1,2,y\n0.25,3e-1,x\n"
STATE = {
    "dense1.weight": [[1.0, 2.0], [0.5, -1.0]],
    "dense1.bias": [0.0, 0.5],
    "batch_norm1.weight": [1.0, 1.0],
    "batch_norm1.bias": [0.0, 0.0],
    "batch_norm1.running_mean": [0.0, 0.0],
    "batch_norm1.running_var": [1.0, 1.0],
}


def lowered(content: bytes, folder: Path) -> None:
    """Reads a net.yaml in a folder, up to its program."""
    from bpgen.lowering.network import lower
    from bpgen.network.network import resolve
    from bpgen.network.spec import load

    problems = Problems()
    try:
        network = resolve(load(content, "net.yaml", problems), folder, problems)
    except InputError:
        return
    if network.weights < MOST:
        lower(network)


MOST = 300  # weights of nets that are lowered


def of_table(content: bytes, folder: Path) -> None:
    """A CSV file."""
    (folder / "d.csv").write_bytes(content)
    lowered(f"{NET}data: {{csv: d.csv, labels: kind}}\n".encode(), folder)


def of_parameters(content: bytes, folder: Path) -> None:
    """A file of parameters."""
    (folder / "s.json").write_bytes(content)
    lowered(f"{NET}parameters: s.json\n".encode(), folder)


@cache
def saver() -> Any:
    """The class of an emitted file."""
    from hostile.subjects import saver

    return saver()


def of_state(content: bytes, folder: Path) -> None:
    """A saved state, loaded whole or not at all."""
    net = saver()()
    before = net.to_json()
    try:
        net.load_json(content.decode("utf-8", "replace"))
    except ValueError:
        assert net.to_json() == before


TARGETS: tuple[Callable[[bytes, Path], None], ...] = (
    *(lowered, lowered, of_table, of_parameters, of_state),
)


def ask(content: bytes, folder: Path) -> None:
    """One input: whatever it is, it is taken or refused with words."""
    if content:
        TARGETS[content[0] % len(TARGETS)](content[1:], folder)


def seeds() -> Mapping[str, bytes]:
    """Good inputs to begin with."""
    from hostile.subjects import bases, state, texts

    nets = [text.encode() for text in texts()]
    nets += [json.dumps(net).encode() for net in bases()]
    found = {f"net{at}": b"\0" + net for at, net in enumerate(nets)}
    found |= {"table": b"\2" + ROWS, "parameters": b"\3" + json.dumps(STATE).encode()}
    return found | {"state": b"\4" + state().encode()}


def words() -> list[str]:
    """What net.yaml consists of."""
    from bpgen.catalog.activations import ACTIVATIONS
    from bpgen.catalog.layers import LAYERS
    from bpgen.catalog.losses import LOSSES
    from bpgen.catalog.optimizers import OPTIMIZERS
    from bpgen.catalog.schedules import SCHEDULES
    from bpgen.network.meanings import NET

    tables = (ACTIVATIONS, LAYERS, LOSSES, OPTIMIZERS, SCHEDULES, NET)
    return sorted({word for table in tables for word in table} | {*":,{}[]-"})


def main(seconds: int) -> None:
    """Fuzz for so long."""
    import atheris

    with atheris.instrument_imports(include=["bpgen", "yaml", "json"]):
        for name in ("lowering.network", "network.network", "network.spec"):
            import_module(f"bpgen.{name}")

    with tempfile.TemporaryDirectory() as place:
        folder, corpus = Path(place) / "work", Path(place) / "corpus"
        folder.mkdir()
        corpus.mkdir()
        for name, content in seeds().items():
            (corpus / name).write_bytes(content)
        dictionary = Path(place) / "words"
        dictionary.write_text("".join(f'"{word}"\n' for word in words()))
        options = ("-timeout=20", f"-max_total_time={seconds}", "-max_len=4000")
        options += ("-print_final_stats=1", f"-dict={dictionary}", "-rss_limit_mb=4000")
        atheris.Setup([sys.argv[0], *options, str(corpus)], lambda x: ask(x, folder))
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]))
