"""Programs around emitted files of compiled languages, which stand beside them.

In: a workshop and a work. Out: a command. Such a program is a template of `drivers`,
with the net's name, its class, and the names of its parameters, in which the checksum
goes over them.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from bench.building import C_FLAGS, DRIVERS, OPTIMIZED, Workshop, gcc, need_program, run
from bench.works import Work


def emitted_c(shop: Workshop, work: Work) -> list[str]:
    """The command for an emitted C file, compiled as C by hand is."""
    compiler = gcc()
    folder = shop.emitted(work, "now", "h", "auto").parent
    pairs = names(shop, work).items()
    named = ", ".join(f'{{"{name}", {size}}}' for name, size in pairs)
    main = around(folder / "main.c", work, "emitted.c.in", {"NAMES": named})
    program = folder / "main_c"
    words = [*C_FLAGS, f"-I{DRIVERS}", str(main), "-o", str(program), "-lm"]
    shop.once(program, lambda: run([compiler, *words]))
    return [str(program), str(shop.task(work))]


def emitted_go(shop: Workshop, work: Work) -> list[str]:
    """The command for an emitted Go file, a package of its own."""
    compiler = need_program("go", 'eval "$(.ci/install-go)"')
    emitted = shop.emitted(work, "now", "go", "auto")
    folder = emitted.parent / "program"
    (folder / work.name).mkdir(parents=True, exist_ok=True)
    shutil.copy(emitted, folder / work.name)
    (folder / "go.mod").write_text("module bench\n\ngo 1.21\n")
    named = ", ".join(f'"{name}"' for name in names(shop, work))
    around(folder / "main.go", work, "emitted.go.in", {"NAMES": named})
    program = folder / "main_go"
    build = [compiler, "build", "-C", str(folder), "-o", str(program), "."]
    shop.once(program, lambda: run(build))
    return [str(program), str(shop.task(work))]


def emitted_rust(shop: Workshop, work: Work) -> list[str]:
    """The command for an emitted Rust file, a module of one program."""
    compiler = need_program("rustc", 'eval "$(.ci/install-rust)"')
    folder = shop.emitted(work, "now", "rs", "auto").parent
    named = ", ".join(f'"{name}"' for name in names(shop, work))
    main = around(folder / "main.rs", work, "emitted.rs.in", {"NAMED": named})
    program = folder / "main_rust"
    flags = ["--edition", "2021", "-C", "opt-level=3", "-C", "target-cpu=native"]
    build = [compiler, *flags, "-A", "dead_code", str(main), "-o", str(program)]
    shop.once(program, lambda: run(build))
    return [str(program), str(shop.task(work))]


def emitted_cpp(shop: Workshop, work: Work) -> list[str]:
    """The command for an emitted C++ file, compiled as C by hand is."""
    compiler = need_program("g++", "apt-get install g++")
    folder = shop.emitted(work, "now", "hpp", "auto").parent
    named = ", ".join(f'"{name}"' for name in names(shop, work))
    main = around(folder / "main.cpp", work, "emitted.cpp.in", {"NAMES": named})
    program = folder / "main_cpp"
    build = [compiler, *OPTIMIZED, "-std=c++17", str(main), "-o", str(program)]
    shop.once(program, lambda: run(build))
    return [str(program), str(shop.task(work))]


def emitted_java(shop: Workshop, work: Work) -> list[str]:
    """The command for an emitted Java file, in which the class is called alike."""
    compiler = need_program("javac", 'eval "$(.ci/install-java)"')
    emitted = shop.emitted(work, "now", "java", "auto")
    folder = emitted.parent / "program_java"
    folder.mkdir(exist_ok=True)
    shutil.copy(emitted, folder / f"{work.class_name}.java")
    named = ", ".join(f'"{name}"' for name in names(shop, work))
    main = around(folder / "Measure.java", work, "emitted.java.in", {"NAMES": named})
    sources = [str(main), str(folder / f"{work.class_name}.java")]
    build = [compiler, "-d", str(folder), *sources]
    shop.once(folder / "Measure.class", lambda: run(build))
    return ["java", "-cp", str(folder), "Measure", str(shop.task(work))]


def emitted_kotlin(shop: Workshop, work: Work) -> list[str]:
    """The command for an emitted Kotlin file, which Java's program can use."""
    compiler = need_program("kotlinc", 'eval "$(.ci/install-kotlin)"')
    emitted = shop.emitted(work, "now", "kt", "auto")
    folder = emitted.parent / "program_kotlin"
    folder.mkdir(exist_ok=True)
    named = ", ".join(f'"{name}"' for name in names(shop, work))
    main = around(folder / "Measure.java", work, "emitted.java.in", {"NAMES": named})
    archive = folder / "emitted.jar"  # with what Kotlin's programs need
    path = f"{folder}:{archive}"
    build = [compiler, "-nowarn", "-include-runtime", "-d", str(archive), str(emitted)]
    measure = ["javac", "-cp", path, "-d", str(folder), str(main)]
    shop.once(archive, lambda: run(build))
    shop.once(folder / "Measure.class", lambda: run(measure))
    return ["java", "-cp", path, "Measure", str(shop.task(work))]


def around(path: Path, work: Work, template: str, words: dict[str, str]) -> Path:
    """A program around an emitted file, from a template."""
    text = (DRIVERS / template).read_text()
    for word, found in words.items():
        text = text.replace(word, found)
    text = text.replace("NET_CLASS", work.class_name).replace("NET", work.name)
    path.write_text(text)
    return path


def names(shop: Workshop, work: Work) -> dict[str, int]:
    """How many numbers each parameter has."""
    module = shop.emitted(work, "now", "py", "auto")
    script = (
        "import json, sys\n"
        "from bench.drivers.emitted import class_of, flat\n"
        "arrays = class_of(*sys.argv[1:])().parameters()\n"
        "print(json.dumps({name: len(flat([own])) for name, own in arrays.items()}))\n"
    )
    told = run([sys.executable, "-c", script, str(module), work.class_name])
    found: dict[str, int] = json.loads(told)
    return found
