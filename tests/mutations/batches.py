"""Whether files of languages that compile pass their own `--check`: many at once.

In: texts of one file, each wrong in one place. Out: for each whether the check notices.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from running.tools import on_path, program

from bpgen.verifying.jvm_program import JVM

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


Commands = Mapping[str, tuple[str | Path, ...]]


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
    kept = set(files)
    while True:
        imports = "\n".join(f'\t"run/{name}"' for name in sorted(kept))
        mains = ", ".join(f'"{name}": {name}.Main' for name in sorted(kept))
        text = GO_MAIN.format(imports=imports, mains=mains)
        (folder / "main.go").write_text(text, encoding="ascii")
        built = program("go", "build", "-o", "program", ".", folder=folder)
        if not built.code:
            return {name: (folder / "program", name) for name in kept}
        broken = set(re.findall(r"^(\w+)/net\.go:", built.err, re.MULTILINE))
        assert broken & kept, built.err
        kept -= broken


def rust(files: Mapping[str, str], folder: Path) -> Commands:
    """All as one program, each a module."""
    on_path("rustc")
    for name, text in files.items():
        text = text.replace("\nfn main() {", "\npub fn main() {", 1)
        text = text.replace("args().skip(1)", "args().skip(2)")
        (folder / f"{name}.rs").write_text(text, encoding="ascii")
    kept = set(files)
    while True:
        mods = "".join(f"mod {name};\n" for name in sorted(kept))
        mains = "".join(f'"{name}" => {name}::main(),\n' for name in sorted(kept))
        text = RUST_MAIN.format(mods=mods, mains=mains)
        (folder / "main.rs").write_text(text, encoding="ascii")
        options = ("--edition", "2021", "-A", "warnings", "-o", "program")
        built = program("rustc", *options, "main.rs", folder=folder)
        if not built.code:
            return {name: (folder / "program", name) for name in kept}
        broken = set(re.findall(r"^ +--> (\w+)\.rs:", built.err, re.MULTILINE))
        assert broken & kept, built.err
        kept -= broken


def cpp(files: Mapping[str, str], folder: Path) -> Commands:
    """All as one program, each in a namespace: what is included is read once."""
    on_path("g++")
    for name, text in files.items():
        (folder / f"{name}.hpp").write_text(text, encoding="ascii")
    include = re.compile(r"^#include <\w+>$", re.MULTILINE)
    shared = sorted({line for text in files.values() for line in include.findall(text)})
    kept = set(files)
    while True:
        lines = [*shared, "#define NET_MAIN"]
        for name in sorted(kept):
            lines += ["#undef NET_HPP", f"namespace {name} {{"]
            lines += [f'#include "{name}.hpp"', "}"]
        lines += [
            "int main(int argc, char **argv) {",
            "const std::string at = argv[1];",
        ]
        for name in sorted(kept):
            lines.append(
                f'if (at == "{name}") return {name}::main(argc - 1, argv + 1);'
            )
        (folder / "main.cpp").write_text("\n".join([*lines, "return 9;", "}", ""]))
        words = ("-std=c++17", "-w", "-O0", "main.cpp", "-o", "program")
        built = program("g++", *words, folder=folder)
        if not built.code:
            return {name: (folder / "program", name) for name in kept}
        broken = set(re.findall(r"^(\w+)\.hpp:\d+:\d+: error", built.err, re.MULTILINE))
        assert broken & kept, built.err
        kept -= broken


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


def scripts(files: Mapping[str, str], folder: Path) -> Commands:
    """They run as they are."""
    on_path("node")
    made = {name: folder / f"{name}.mjs" for name in files}
    for name, text in files.items():
        made[name].write_text(text, encoding="ascii")
    return {name: ("node", path) for name, path in made.items()}


def java(files: Mapping[str, str], folder: Path) -> Commands:
    """All compiled in one go, each a package of its own."""
    on_path("javac")
    for name, text in files.items():
        (folder / name).mkdir()
        text = text.replace("\nimport ", f"\npackage {name};\n\nimport ", 1)
        (folder / name / "Net.java").write_text(text, encoding="ascii")
    kept = set(files)
    while True:
        own = [f"{name}/Net.java" for name in sorted(kept)]
        words = ("-nowarn", "-Xmaxerrs", "10000", "-d", "classes", *own)
        built = program("javac", *words, folder=folder)
        if not built.code:
            words = ("java", *JVM, "-cp", str(folder / "classes"))
            return {name: (*words, f"{name}.Net") for name in kept}
        broken = set(re.findall(r"^(\w+)/Net\.java:", built.err, re.MULTILINE))
        assert broken & kept, built.err
        kept -= broken


def dart(files: Mapping[str, str], folder: Path) -> Commands:
    """All as one program, each a library."""
    on_path("dart")
    for name, text in files.items():
        (folder / f"{name}.dart").write_text(text, encoding="ascii")
    kept = set(files)
    while True:
        lines = [f"import '{name}.dart' as {name};" for name in sorted(kept)]
        lines.append("void main(List<String> words) => switch (words.first) {")
        lines += [f"  '{name}' => {name}.main(words.sublist(1))," for name in kept]
        lines += ["  _ => throw ArgumentError(words.first),", "};", ""]
        (folder / "main.dart").write_text("\n".join(lines), encoding="ascii")
        words = ("compile", "kernel", "main.dart", "-o", "program.dill")
        built = program("dart", *words, folder=folder)
        if not built.code:
            return {name: ("dart", folder / "program.dill", name) for name in kept}
        said = built.out + built.err
        broken = set(re.findall(r"^(\w+)\.dart:\d", said, re.MULTILINE))
        assert broken & kept, said
        kept -= broken


BUILD: Mapping[str, Callable[[Mapping[str, str], Path], Commands]] = {
    "c": c,
    "go": go,
    "rust": rust,
    "cpp": cpp,
    "typescript": typescript,
    "javascript": scripts,
    "java": java,
    "dart": dart,
}
