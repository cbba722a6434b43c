"""What is measured: the emitted files, the same of another revision, and the peers.

Each is a record: what it is called, for which works it can be built, and how. What
one has to say about a comparison stands here, too, and is shown with the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bench.building import Workshop
from bench.compiled import (
    emitted_c,
    emitted_cpp,
    emitted_go,
    emitted_java,
    emitted_kotlin,
    emitted_rust,
)
from bench.works import WORKS, Work

Build: TypeAlias = "Callable[[Workshop, Work], list[str]]"
DENSE = ("w1", "w2", "w3", "w4")
ALL = tuple(WORKS)


@dataclass(frozen=True)
class Program:
    """Something that trains.

    Attributes:
        name: as it is asked for.
        title: as it is shown.
        build: makes it; the command that runs it.
        works: that it can do.
        same: those after which its parameters are the emitted file's.
        files: its own, below `bench/peers`.
        about: what is to be known to compare it.
    """

    name: str
    title: str
    build: Build
    works: tuple[str, ...] = DENSE
    same: tuple[str, ...] = DENSE
    files: tuple[str, ...] = ()
    about: str = ""

    @property
    def is_peer(self) -> bool:
        """Whether it is not made by bpgen."""
        return bool(self.files)


EMITTED = (
    Program(
        "python",
        "**emitted Python**",
        lambda shop, work: shop.emitted_python(work, "now", "auto"),
        works=ALL,
        same=ALL,
        about="the style that `--style auto` takes",
    ),
    Program(
        "python-style",
        "emitted Python, the other style",
        lambda shop, work: shop.other_style(work),
        works=tuple(work.name for work in WORKS.values() if work.both),
        same=ALL,
        about="loops where `auto` takes the unrolled style, unrolled where it does not",
    ),
    Program(
        "dart",
        "**emitted Dart, AOT**",
        lambda shop, work: shop.emitted_dart(work, "now"),
        works=ALL,
        same=ALL,
        about="`dart compile exe`",
    ),
    Program(
        "dart-js",
        "emitted Dart, as JavaScript",
        lambda shop, work: shop.emitted_dart_js(work, "now"),
        works=ALL,
        same=ALL,
        about="`dart compile js -O2`, run by node",
    ),
    Program(
        "javascript",
        "**emitted JavaScript**",
        lambda shop, work: shop.emitted_javascript(work),
        works=ALL,
        same=ALL,
        about="run by node",
    ),
    Program(
        "emitted-c",
        "**emitted C**",
        emitted_c,
        works=ALL,
        same=ALL,
        about="compiled as C by hand is",
    ),
    Program(
        "go",
        "**emitted Go**",
        emitted_go,
        works=ALL,
        same=ALL,
        about="`go build`",
    ),
    Program(
        "rust",
        "**emitted Rust**",
        emitted_rust,
        works=ALL,
        same=ALL,
        about="`rustc -C opt-level=3 -C target-cpu=native`",
    ),
    Program(
        "cpp",
        "**emitted C++**",
        emitted_cpp,
        works=ALL,
        same=ALL,
        about="compiled as C by hand is",
    ),
    Program(
        "java",
        "**emitted Java**",
        emitted_java,
        works=ALL,
        same=ALL,
        about="the time of its own thread, once warmed up for 3 seconds",
    ),
    Program(
        "kotlin",
        "**emitted Kotlin**",
        emitted_kotlin,
        works=ALL,
        same=ALL,
        about="as Java",
    ),
)

BEFORE = (
    Program(
        "before-python",
        "before, Python",
        lambda shop, work: shop.emitted_python(work, "before", "auto"),
        works=ALL,
        same=ALL,
        about="emitted by another revision of bpgen, as is the next one",
    ),
    Program(
        "before-dart",
        "before, Dart AOT",
        lambda shop, work: shop.emitted_dart(work, "before"),
        works=ALL,
        same=ALL,
    ),
)

PEERS = (
    Program(
        "naive-python",
        "naive lists, Python",
        lambda shop, work: shop.python_peer("naive", work),
        files=("naive.py",),
        about="tutorial code: nested lists, loops over indices; it computes no loss",
    ),
    Program(
        "naive-dart",
        "naive lists, Dart AOT",
        lambda shop, work: shop.dart_peer("naive", work),
        files=("naive.dart",),
        about="the same with `List<List<double>>`",
    ),
    Program(
        "naive-javascript",
        "naive arrays, JavaScript",
        lambda shop, work: shop.node_peer("naive", work),
        files=("naive.mjs",),
        about="the same with nested arrays",
    ),
    Program(
        "micrograd",
        "micrograd",
        lambda shop, work: shop.python_peer("micrograd_mlp", work, "micrograd"),
        files=("micrograd_mlp.py",),
        about="a node for each number; exp, log, tanh and sigmoid are added to it",
    ),
    Program(
        "scalar-gpt",
        "scalar autograd GPT",
        lambda shop, work: shop.python_peer("scalar_gpt", work),
        works=("w7",),
        same=("w7",),
        files=("scalar_gpt.py",),
        about="in the spirit of micrograd: a node for each number",
    ),
    Program(
        "numpy",
        "numpy by hand",
        lambda shop, work: shop.python_peer("numpy_mlp", work, "numpy"),
        files=("numpy_mlp.py",),
        about="a matrix product a layer, a batch at once",
    ),
    Program(
        "torch",
        "PyTorch, eager",
        lambda shop, work: shop.python_peer("torch_nets", work, "torch"),
        works=ALL,
        same=ALL,
        files=("torch_nets.py",),
        about="one thread, 64 bits, a batch at once",
    ),
    Program(
        "sklearn",
        "scikit-learn",
        lambda shop, work: shop.python_peer("sklearn_mlp", work, "sklearn"),
        same=("w2", "w3", "w4"),
        files=("sklearn_mlp.py",),
        about="`MLPClassifier.partial_fit`, an epoch a call; in W1 the cross-entropy",
    ),
    Program(
        "c",
        "C by hand",
        lambda shop, work: shop.c_peer("by_hand", work),
        files=("by_hand.c",),
        about="sizes are constants, sums in the emitted order; it computes no loss",
    ),
    Program(
        "fann",
        "FANN",
        lambda shop, work: shop.c_peer("fann", work, "doublefann"),
        same=(),
        files=("fann.c",),
        about="squared error of sigmoids, a step a sample, slopes kept from 0",
    ),
    Program(
        "brain",
        "brain.js 2 beta",
        lambda shop, work: shop.brain(work),
        same=(),
        files=("brain.mjs",),
        about="squared error of its own activation, a step a sample, 32 bits stored",
    ),
)

PROGRAMS = {program.name: program for program in (*EMITTED, *BEFORE, *PEERS)}
