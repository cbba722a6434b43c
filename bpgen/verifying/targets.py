"""Ways to run emitted files: builds them with a driver, and has it run scripts.

In: tasks, whose files lie in one folder, each a class and what is to be done with it.
Out: a line for each: its title, and its answers in JSON, or a text in JSON that says
what is wrong with the file.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeAlias

from bpgen.languages.c import STRICT
from bpgen.languages.cpp import STRICT as STRICT_CPP
from bpgen.verifying.c_library import maker
from bpgen.verifying.cpp_program import given_in as given_in_cpp
from bpgen.verifying.cpp_program import program_of
from bpgen.verifying.driver import execute
from bpgen.verifying.processes import program
from bpgen.verifying.rust_program import Program, given_in, glue
from bpgen.verifying.script import Script

HERE = Path(__file__).parent
LONG = 1_800.0  # seconds
MOST_SAID = 2_000  # characters of what a toolchain says


class Task(Protocol):
    """A file, called by its title, its class, and what is done with that; tasks with
    one name of a script have the same."""

    @property
    def title(self) -> str: ...
    @property
    def class_name(self) -> str: ...
    @property
    def script_name(self) -> str: ...
    @property
    def script(self) -> Callable[[], Script]: ...


Run: TypeAlias = Callable[[Sequence[Task], Path], str]


class ToolchainError(Exception):
    """What a toolchain says of why it failed."""


def failures(broken: Mapping[str, str]) -> str:
    """The lines of tasks that failed, with the why."""
    return "".join(f"{title} {json.dumps(why)}\n" for title, why in broken.items())


def module(text: str, name: str = "emitted") -> ModuleType:
    """An emitted Python file, imported."""
    found = ModuleType(name)
    exec(compile(text, f"{name}.py", "exec"), found.__dict__)
    return found


def scripts(tasks: Sequence[Task]) -> dict[str, Any]:
    """The content of the scripts by their names."""
    wanted = {task.script_name: task.script for task in tasks}
    return {name: script().content() for name, script in wanted.items()}


def output_of(*words: str | Path, folder: Path | None = None) -> str:
    """What a program prints.

    Raises:
        ToolchainError: it fails.
    """
    done = program(*words, folder=folder, timeout=LONG)
    if done.code:
        said = f"{done.out[-MOST_SAID:]}\n{done.err[-MOST_SAID:]}".strip()
        raise ToolchainError(f"{' '.join(map(str, words))}: {said}")
    return done.out


# --- Python -----------------------------------------------------------------------


def in_process(tasks: Sequence[Task], folder: Path) -> str:
    """One after the other, in this process."""
    lines = []
    for task in tasks:
        text = (folder / f"{task.title}.py").read_text(encoding="ascii")
        try:
            make = vars(module(text, task.title))[task.class_name]
        except SyntaxError as error:
            lines.append(failures({task.title: f"SyntaxError: {error}"}))
            continue
        lines.append(f"{task.title} {json.dumps(execute(make, task.script()))}\n")
    return "".join(lines)


# --- Dart -------------------------------------------------------------------------


def dart(kind: str, name: str, *words: str) -> Run:
    """All tasks as one program, compiled to a kind of target, and run with words."""

    def run(tasks: Sequence[Task], folder: Path) -> str:
        shutil.copy(HERE / "driver.dart", folder)
        given = json.dumps(scripts(tasks))
        assert "'''" not in given
        constant = f"const String scripts = r'''{given}''';\n"
        (folder / "given.dart").write_text(constant, encoding="ascii")
        broken = _compiled(kind, name, tasks, folder)
        return failures(broken) + output_of(*words, folder / name)

    return run


def _compiled(
    kind: str, name: str, tasks: Sequence[Task], folder: Path
) -> dict[str, str]:
    """Compiles all files but the broken ones to a program; gives these."""
    broken: dict[str, str] = {}
    titles = {task.title for task in tasks}
    options = ("--no-source-maps",) if kind == "js" else ()
    while True:
        kept = [task for task in tasks if task.title not in broken]
        (folder / "main.dart").write_text(_dart_main(kept), encoding="ascii")
        command = ("dart", "compile", kind, *options, "main.dart", "-o", name)
        done = program(*command, folder=folder, timeout=LONG)
        if done.code == 0:
            return broken
        place = r"^((\w+)\.dart:\d+:\d+:\s.*)$"  # for JS the words are on the next line
        said = re.findall(place, done.out + done.err, re.MULTILINE)
        guilty = {title: line for line, title in reversed(said) if title in titles}
        if not guilty.keys() - broken.keys():
            raise ToolchainError((done.out + done.err)[-MOST_SAID:])
        broken |= guilty


def _dart_main(tasks: Sequence[Task]) -> str:
    lines = ["import 'driver.dart';", "import 'given.dart';"]
    makers = []
    for task in tasks:
        title, script = task.title, task.script_name
        lines.append(f"import '{title}.dart' as {title};")
        new = f"{title}.{task.class_name}"
        choice = f"seed == null ? {new}() : {new}(seed: seed)"
        makers.append(f"'{title}': (([int? seed]) => {choice}, '{script}'),")
    lines += ["final Map<String, (Make, String)> jobs = {", *makers, "};"]
    return "\n".join([*lines, "void main() => runAll(jobs, scripts);", ""])


# --- Go ---------------------------------------------------------------------------


def go(tasks: Sequence[Task], folder: Path) -> str:
    """All tasks as one program, each file a package of its own."""
    for task in tasks:
        own = folder / task.title
        own.mkdir()
        shutil.move(folder / f"{task.title}.go", own / "net.go")
    shutil.copy(HERE / "driver.go", folder)
    (folder / "go.mod").write_text("module run\n\ngo 1.21\n", encoding="ascii")
    (folder / "given.json").write_text(json.dumps(scripts(tasks)), encoding="ascii")
    broken: dict[str, str] = {}
    while True:
        kept = [task for task in tasks if task.title not in broken]
        (folder / "main.go").write_text(_go_main(kept), encoding="ascii")
        done = program("go", "build", "-o", "program", ".", folder=folder, timeout=LONG)
        if done.code == 0:
            return failures(broken) + output_of(folder / "program", folder=folder)
        said = re.findall(r"^((\w+)/net\.go:.*)$", done.err, re.MULTILINE)
        guilty = {title: line for line, title in reversed(said)}
        if not guilty.keys() - broken.keys():
            raise ToolchainError(done.err[-MOST_SAID:])
        broken |= guilty


def _go_main(tasks: Sequence[Task]) -> str:
    lines, jobs = ["package main", ""], []
    for task in tasks:
        title, own = task.title, task.class_name
        lines.append(f'import {title} "run/{title}"')
        make = f"func(seed int) net {{ return {title}.New{own}(seed) }}"
        numbers = f"{title}.{own}Seed, {title}.{own}Epochs"
        told = (
            f"for _, own := range {title}.{own}Shapes {{ tell(own.Name, own.Sizes) }}"
        )
        tell = f"func(tell func(string, []int)) {{ {told} }}"
        jobs.append(
            f'\t{{"{title}", {make}, {numbers}, {tell}, "{task.script_name}"}},'
        )
    return "\n".join([*lines, "", "var jobs = []job{", *jobs, "}", ""])


# --- Rust -------------------------------------------------------------------------


def in_rust(tasks: Sequence[Task], folder: Path) -> str:
    """So many tasks as one program, each file a module, which this process calls."""
    groups = (tasks[start : start + MANY] for start in range(0, len(tasks), MANY))
    return "".join(_crate(group, folder) for group in groups)


def _crate(tasks: Sequence[Task], folder: Path) -> str:
    driver = (HERE / "driver.rs").read_text(encoding="ascii")
    texts = {
        task.title: (folder / f"{task.title}.rs").read_text(encoding="ascii")
        for task in tasks
    }
    broken: dict[str, str] = {}
    while True:
        kept = [task for task in tasks if task.title not in broken]
        (folder / "main.rs").write_text(_main(driver, kept, texts), encoding="ascii")
        done = program(*RUSTC, "main.rs", "-o", "program", folder=folder, timeout=LONG)
        if done.code == 0:
            return failures(broken) + _answers(kept, texts, folder / "program")
        said = re.findall(r"^(error.*\n +--> (\w+)\.rs:.*)$", done.err, re.MULTILINE)
        guilty = {title: line for line, title in reversed(said) if title in texts}
        if not guilty.keys() - broken.keys():
            raise ToolchainError(done.err[-MOST_SAID:])
        broken |= guilty


def _main(driver: str, tasks: Sequence[Task], texts: Mapping[str, str]) -> str:
    """The program: the driver, told of the files."""
    lines = [driver, *(glue(t.title, t.class_name, texts[t.title]) for t in tasks)]
    lines += ["fn made(class: usize, seed: u32) -> Box<dyn Net> {", "match class {"]
    for place, task in enumerate(tasks):
        made = f"{task.title}::{task.class_name}::new(seed)"
        lines.append(f"{place} => Box::new({made}),")
    lines += ['_ => panic!("no class {class}: {seed}"),', "}", "}", ""]
    return "\n".join(lines)


MANY = 120  # files, for which the compiler needs less than a gigabyte
# Quick to build, and strict: a whole number that leaves its range is an error.
RUSTC = (
    *("rustc", "--edition", "2021", "-C", "opt-level=0", "-C", "overflow-checks=on"),
    *("-A", "dead_code", "-A", "unused_attributes"),
)


def _answers(tasks: Sequence[Task], texts: Mapping[str, str], path: Path) -> str:
    """The answers of a program to the scripts of tasks."""
    running, lines = Program(path), []
    for place, task in enumerate(tasks):
        make = running.maker(given_in(texts[task.title], place))
        lines.append(f"{task.title} {json.dumps(execute(make, task.script()))}\n")
    running.close()
    return "".join(lines)


# --- C --------------------------------------------------------------------------


def in_c(tasks: Sequence[Task], folder: Path) -> str:
    """Each file is a library of its own, which this process calls."""
    lines, broken = [], {}
    for task in tasks:
        try:
            make = _built(folder / f"{task.title}.h")
        except ToolchainError as error:
            broken[task.title] = str(error)
            continue
        lines.append(f"{task.title} {json.dumps(execute(make, task.script()))}\n")
    return failures(broken) + "".join(lines)


def _built(file: Path) -> Callable[..., Any]:
    """What makes objects of the net in a C file."""
    text, library = file.read_text(encoding="ascii"), file.with_suffix(".so")
    found = re.search(r"^#ifndef (\w+)_H$", text, re.MULTILINE)
    assert found
    words = ("-O1", "-shared", "-fPIC", "-x", "c", f"-D{found[1]}_IMPLEMENTATION")
    output_of(*STRICT, *words, file, "-o", library, "-lm")
    return maker(library, text)


# --- C++ ------------------------------------------------------------------------


def in_cpp(tasks: Sequence[Task], folder: Path) -> str:
    """So many tasks as one program, each file in a namespace of its own, which this
    process calls."""
    groups = (tasks[start : start + SOME] for start in range(0, len(tasks), SOME))
    return "".join(_cpp_program(group, folder) for group in groups)


SOME = 30  # files, for which the compiler needs less than two gigabytes
# Quick to build, and strict: an index that leaves its list ends the program.
GXX = (*STRICT_CPP, "-O0", "-D_GLIBCXX_ASSERTIONS")


def _cpp_program(tasks: Sequence[Task], folder: Path) -> str:
    driver = (HERE / "driver.cpp").read_text(encoding="ascii")
    texts = {
        task.title: (folder / f"{task.title}.hpp").read_text(encoding="ascii")
        for task in tasks
    }
    broken: dict[str, str] = {}
    while True:
        kept = [task for task in tasks if task.title not in broken]
        files = [(task.title, task.class_name, texts[task.title]) for task in kept]
        (folder / "main.cpp").write_text(program_of(driver, files), encoding="ascii")
        done = program(*GXX, "main.cpp", "-o", "program", folder=folder, timeout=LONG)
        if done.code == 0:
            break
        said = re.findall(r"^((\w+)\.hpp:\d+:\d+: error.*)$", done.err, re.MULTILINE)
        guilty = {title: line for line, title in reversed(said) if title in texts}
        if not guilty.keys() - broken.keys():
            raise ToolchainError(done.err[-MOST_SAID:])
        broken |= guilty
    lines = []
    for place, task in enumerate(kept):  # each alone: a wrong one ends the program
        running = Program(folder / "program")
        try:
            make = running.maker(given_in_cpp(texts[task.title], place))
            lines.append(f"{task.title} {json.dumps(execute(make, task.script()))}\n")
            running.close()
        except BrokenPipeError:
            broken[task.title] = "the program ended"
    return failures(broken) + "".join(lines)


# --- JavaScript -------------------------------------------------------------------

MAIN = """\
import { readFileSync } from "node:fs";
import { runAll } from "./driver.mjs";

await runAll(JSON.parse(readFileSync("./given.json", "utf8")), console.log);
"""


def for_javascript(tasks: Sequence[Task], folder: Path, suffix: str) -> None:
    """Writes the driver and what it is to do into the folder of the modules."""
    listed = [
        {
            "title": task.title,
            "module": f"./{task.title}{suffix}",
            "name": task.class_name,
            "script": task.script_name,
        }
        for task in tasks
    ]
    given = json.dumps({"jobs": listed, "scripts": scripts(tasks)})
    (folder / "given.json").write_text(given, encoding="ascii")
    (folder / "main.mjs").write_text(MAIN, encoding="ascii")
    shutil.copy(HERE / "driver.mjs", folder)


def in_node(tasks: Sequence[Task], folder: Path, suffix: str = ".mjs") -> str:
    """One process imports all modules, one after the other."""
    for_javascript(tasks, folder, suffix)
    return output_of("node", "main.mjs", folder=folder)


def after_tsc(tasks: Sequence[Task], folder: Path) -> str:
    """The compiler takes the types away, without looking at them; then the same."""
    target = folder / "compiled"
    target.mkdir()
    (target / "package.json").write_text('{"type": "module"}\n', encoding="ascii")
    files = [f"{task.title}.ts" for task in tasks]
    options = ("--noCheck", "--target", "es2022", "--module", "esnext")
    output_of("tsc", *options, "--outDir", target, *files, folder=folder)
    return in_node(tasks, target, ".js")
