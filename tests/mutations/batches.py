"""Whether files of languages that compile pass their own `--check`: many at once.

In: texts of one file, each wrong in one place. Out: for each whether the check notices.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from running.tools import on_path, program

from bpgen.verifying.jvm_program import JVM
from bpgen.verifying.processes import Result

LONGEST = 10.0  # seconds that a wrong file may run
MANY = 48  # files of one program, which a compiler has memory for
GO_MAIN = """package main

import (
\t"os"
{imports}
)

func main() {{
\tname := os.Args[1]
\tos.Args = os.Args[1:]
\tmap[string]func(){{{mains}}}[name]()
}}
"""

RUST_MAIN = """{mods}
fn main() {{
    match std::env::args().nth(1).unwrap_or_default().as_str() {{
{mains}_ => panic!("no such file"),
    }}
}}
"""


def noticed_by_check(language: str, texts: Sequence[str], folder: Path) -> list[bool]:
    """Whether each file's own check says that something is wrong; one that does not
    build, or does not end, is noticed by anybody."""
    found = []
    for start in range(0, len(texts), MANY):
        own = folder / str(start)
        own.mkdir()
        some = texts[start : start + MANY]
        files = {f"m{at}": text for at, text in enumerate(some)}
        commands = BUILD[language](files, own)
        found += [name not in commands or _fails(*commands[name]) for name in files]
    return found


def _fails(*words: str | Path) -> bool:
    try:
        return program(*words, "--check", timeout=LONGEST).code != 0
    except subprocess.TimeoutExpired:
        return True


Commands: TypeAlias = Mapping[str, tuple[str | Path, ...]]
Build: TypeAlias = Callable[[Mapping[str, str], Path], Commands]


def that_build(
    names: Iterable[str], build: Callable[[Sequence[str]], Result], broken_in: str
) -> list[str]:
    """The names of files that a compiler takes together. It is asked again without
    those that it calls broken, which `broken_in` finds in what it says."""
    kept = sorted(names)
    while True:
        done = build(kept)
        if not done.code:
            return kept
        said = done.out + done.err
        broken = set(re.findall(broken_in, said, re.MULTILINE))
        assert broken & set(kept), said
        kept = [name for name in kept if name not in broken]


def c(files: Mapping[str, str], folder: Path) -> Commands:
    """Each a program: the compiler is quick as long as it does not optimize."""
    on_path("gcc")
    for name, text in files.items():
        (folder / f"{name}.h").write_text(text, encoding="ascii")
    own = "-DNET_IMPLEMENTATION", "-DNET_MAIN"
    for name in files:
        out = ("-o", folder / name, folder / f"{name}.h", "-lm")
        program("gcc", "-w", "-O0", "-x", "c", *own, *out)
    return {name: (folder / name,) for name in files if (folder / name).exists()}


def go(files: Mapping[str, str], folder: Path) -> Commands:
    """All as one program, each a package of its own."""
    on_path("go")
    (folder / "go.mod").write_text("module run\n\ngo 1.21\n", encoding="ascii")
    for name, text in files.items():
        (folder / name).mkdir()
        text = text.replace("package main", f"package {name}", 1)
        text = text.replace("func main() {", "func Main() {", 1)
        (folder / name / "net.go").write_text(text, encoding="ascii")

    def build(kept: Sequence[str]) -> Result:
        imports = "\n".join(f'\t"run/{name}"' for name in kept)
        mains = ", ".join(f'"{name}": {name}.Main' for name in kept)
        text = GO_MAIN.format(imports=imports, mains=mains)
        (folder / "main.go").write_text(text, encoding="ascii")
        return program("go", "build", "-o", "program", ".", folder=folder)

    kept = that_build(files, build, r"^(\w+)/net\.go:")
    return {name: (folder / "program", name) for name in kept}


def rust(files: Mapping[str, str], folder: Path) -> Commands:
    """All as one program, each a module."""
    on_path("rustc")
    for name, text in files.items():
        text = text.replace("\nfn main() {", "\npub fn main() {", 1)
        text = text.replace("args().skip(1)", "args().skip(2)")
        (folder / f"{name}.rs").write_text(text, encoding="ascii")

    def build(kept: Sequence[str]) -> Result:
        mods = "".join(f"mod {name};\n" for name in kept)
        mains = "".join(f'"{name}" => {name}::main(),\n' for name in kept)
        text = RUST_MAIN.format(mods=mods, mains=mains)
        (folder / "main.rs").write_text(text, encoding="ascii")
        options = ("--edition", "2021", "-A", "warnings", "-o", "program")
        return program("rustc", *options, "main.rs", folder=folder)

    kept = that_build(files, build, r"^ +--> (\w+)\.rs:")
    return {name: (folder / "program", name) for name in kept}


def cpp(files: Mapping[str, str], folder: Path) -> Commands:
    """All as one program, each in a namespace: what is included is read once."""
    on_path("g++")
    for name, text in files.items():
        (folder / f"{name}.hpp").write_text(text, encoding="ascii")
    include = re.compile(r"^#include <\w+>$", re.MULTILINE)
    shared = sorted({line for text in files.values() for line in include.findall(text)})

    def build(kept: Sequence[str]) -> Result:
        lines = [*shared, "#define NET_MAIN"]
        for name in kept:
            lines += ["#undef NET_HPP", f"namespace {name} {{"]
            lines += [f'#include "{name}.hpp"', "}"]
        lines += [
            "int main(int argc, char **argv) {",
            "const std::string at = argv[1];",
        ]
        for name in kept:
            call = f"return {name}::main(argc - 1, argv + 1);"
            lines.append(f'if (at == "{name}") {call}')
        (folder / "main.cpp").write_text("\n".join([*lines, "return 9;", "}", ""]))
        words = ("-std=c++17", "-w", "-O0", "main.cpp", "-o", "program")
        return program("g++", *words, folder=folder)

    kept = that_build(files, build, r"^(\w+)\.hpp:\d+:\d+: error")
    return {name: (folder / "program", name) for name in kept}


def typescript(files: Mapping[str, str], folder: Path) -> Commands:
    """The compiler takes the types away from all in one go."""
    on_path("tsc")
    for name, text in files.items():
        (folder / f"{name}.ts").write_text(text, encoding="ascii")
    (folder / "package.json").write_text('{"type": "module"}\n', encoding="ascii")
    options = ("--noCheck", "--target", "es2022", "--module", "esnext")
    program("tsc", *options, *(f"{name}.ts" for name in files), folder=folder)
    made = {name: folder / f"{name}.js" for name in files}
    return {name: ("node", path) for name, path in made.items() if path.exists()}


def scripts(suffix: str, interpreter: str) -> Build:
    """They run as they are."""

    def build(files: Mapping[str, str], folder: Path) -> Commands:
        on_path(interpreter)
        made = {name: folder / f"{name}{suffix}" for name in files}
        for name, text in files.items():
            made[name].write_text(text, encoding="ascii")
        return {name: (interpreter, path) for name, path in made.items()}

    return build


def java(files: Mapping[str, str], folder: Path) -> Commands:
    """All compiled in one go, each a package of its own."""
    on_path("javac")
    write_packages(files, folder, "Net.java", ";")

    def build(kept: Sequence[str]) -> Result:
        own = (f"{name}/Net.java" for name in kept)
        options = ("-nowarn", "-Xmaxerrs", "10000", "-d", "classes")
        return program("javac", *options, *own, folder=folder)

    kept = that_build(files, build, r"^(\w+)/Net\.java:")
    words = ("java", *JVM, "-cp", str(folder / "classes"))
    return {name: (*words, f"{name}.Net") for name in kept}


def kotlin(files: Mapping[str, str], folder: Path) -> Commands:
    """The same; where its main is no method, it is one of a class of that file."""
    on_path("kotlinc")
    write_packages(files, folder, "Net.kt", "")

    def build(kept: Sequence[str]) -> Result:
        own = (f"{name}/Net.kt" for name in kept)
        options = ("-nowarn", "-include-runtime", "-d", "emitted.jar")
        return program("kotlinc", *options, *own, folder=folder)

    kept = that_build(files, build, r"^(\w+)/Net\.kt:\d+:\d+: error")
    words = ("java", *JVM, "-cp", str(folder / "emitted.jar"))
    return {name: (*words, f"{name}.NetKt") for name in kept}


def write_packages(files: Mapping[str, str], folder: Path, own: str, end: str) -> None:
    """Writes files for the JVM, each as a package of its own."""
    for name, text in files.items():
        (folder / name).mkdir()
        text = text.replace("\nimport ", f"\npackage {name}{end}\n\nimport ", 1)
        (folder / name / own).write_text(text, encoding="ascii")


def dart(files: Mapping[str, str], folder: Path) -> Commands:
    """All as one program, each a library."""
    on_path("dart")
    for name, text in files.items():
        (folder / f"{name}.dart").write_text(text, encoding="ascii")

    def build(kept: Sequence[str]) -> Result:
        lines = [f"import '{name}.dart' as {name};" for name in kept]
        lines.append("void main(List<String> words) => switch (words.first) {")
        lines += [f"  '{name}' => {name}.main(words.sublist(1))," for name in kept]
        lines += ["  _ => throw ArgumentError(words.first),", "};", ""]
        (folder / "main.dart").write_text("\n".join(lines), encoding="ascii")
        words = ("compile", "kernel", "main.dart", "-o", "program.dill")
        return program("dart", *words, folder=folder)

    kept = that_build(files, build, r"^(\w+)\.dart:\d")
    return {name: ("dart", folder / "program.dill", name) for name in kept}


BUILD: Mapping[str, Build] = {
    "c": c,
    "go": go,
    "rust": rust,
    "cpp": cpp,
    "typescript": typescript,
    "javascript": scripts(".mjs", "node"),
    "ruby": scripts(".rb", "ruby"),
    "java": java,
    "kotlin": kotlin,
    "dart": dart,
}
