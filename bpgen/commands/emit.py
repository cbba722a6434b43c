"""From net.yaml to files: what `bpgen emit` does, all stages in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bpgen.commands.files import check_free, content_of, holds, is_folder, write
from bpgen.commands.progress import Progress
from bpgen.commands.style import SLOW, all_terms, automatic_style, check_unrolled
from bpgen.errors import InputError, Problem, Problems
from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of, net_name_fault
from bpgen.languages.record import Language
from bpgen.lowering.network import lower
from bpgen.lowering.step import textbook
from bpgen.network.network import Network, resolve
from bpgen.network.spec import load
from bpgen.program.blocks import Program
from bpgen.reading.yaml_reader import MAX_BYTES
from bpgen.styles.expanded import expand
from bpgen.styles.loops import localize
from bpgen.styles.nested import nest
from bpgen.styles.unrolled import unroll
from bpgen.writing.options import Comments, Options
from bpgen.writing.page import Page
from bpgen.writing.render import render


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for."""

    files: tuple[str, ...]
    languages: tuple[str, ...]
    output: str
    style: str
    comments: str
    library: bool
    inference: bool
    fast: bool
    force: bool
    textbook: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether the output is a folder, to hold NAME.py, NAME.dart ..."""
        several = len(self.files) * len(self.languages) > 1
        path = self.output
        return several or path.endswith(("/", os.sep)) or is_folder(Path(path))


@dataclass(frozen=True, slots=True)
class Net:
    """A net.yaml, what it means, and what is computed."""

    file: str
    network: Network
    program: Program


def load_network(file: str) -> Network:
    """Read and resolve one net.yaml.

    Raises:
        InputError: with all that is wrong with it.
    """
    content, problems = content_of(file, MAX_BYTES), Problems()
    spec = load(content, file, problems, net_name_fault)
    return resolve(spec, Path(file).parent, problems)


def emit_all(request: Request, say: Callable[[str], None]) -> Iterator[str]:
    """Write the files; yields the texts that go to standard output instead.

    Nothing is written before every file is rendered and free to be written.
    """
    if request.output == "-" and request.is_folder:
        message = "several files need a folder: add -o FOLDER/"
        raise InputError([Problem(message)])
    found: dict[Path, str] = {}
    problems: list[Problem] = []
    for file in request.files:
        try:
            network = load_network(file)
        except InputError as error:
            problems += error.problems
            continue
        program = lower(network)
        for name in request.languages:
            language = LANGUAGES[name]
            path = _path(request, network, language)
            if path in found:
                message = f"two nets are called {network.name}, and both need {path}"
                problems.append(Problem(message))
            net = Net(file, network, program)
            found[path] = _text(request, net, language, say)
    if problems:
        raise InputError(problems)
    if request.output == "-":
        yield from found.values()
        return
    for path in found:
        check_free(path, request.force)
    for path, text in found.items():
        if holds(path, text):
            say(f"{path} is up to date")
            continue
        if request.is_folder:
            _make_folder(path.parent)
        write(path, text)
        say(f"wrote {path}")


def _path(request: Request, network: Network, language: Language) -> Path:
    if request.output != "-" and request.is_folder:
        return Path(request.output) / file_of(language, network.name)
    return Path(request.output)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot make the folder {folder}: {error.strerror}"
        raise InputError([Problem(message)]) from None


def _text(
    request: Request,
    net: Net,
    language: Language,
    say: Callable[[str], None],
) -> str:
    style, network, program = request.style, net.network, net.program
    if request.textbook and network.training.validation:
        message = "a textbook page holds no samples out: leave `validation` away"
        raise InputError([Problem(f"{net.file}: {message}")])
    if style == "unrolled":
        check_unrolled(net.file, network, program)
    if style == "auto":
        style, reason = automatic_style(network, program, language)
        say(f"{network.name}, {language.name}: {style} style, {reason}")
    options = Options(
        language.name,
        style,
        Comments(request.comments),
        request.library,
        request.inference,
        request.fast,
        request.textbook,
    )
    is_slow = style == "unrolled" and all_terms(program) > SLOW
    progress = Progress(f"{network.name}, {language.name}", is_slow)
    text = text_of(network, program, options, source_name(net.file), progress)
    progress.done()
    return text


def text_of(
    network: Network,
    program: Program,
    options: Options,
    source: str,
    progress: Progress | None = None,
) -> str:
    """The emitted file; `source` is what its header calls the net.yaml."""
    is_unrolled = options.style == "unrolled"
    progress = progress or Progress(network.name, shown=False)
    progress.at("writing out every neuron, step 1 of 2")
    if options.textbook:
        program = textbook(program)
    elif not options.fast or options.inference:
        program = program.with_blocks({"step": ()})
    program = unroll(program) if is_unrolled else localize(program)
    if options.textbook and is_unrolled and not program.zero:  # each weight by itself
        program = program.with_blocks({"initialize": expand(program.initialize)})
    if not (is_unrolled or LANGUAGES[options.language].flat):
        program = nest(program)
    progress.at(f"{options.language} of all statements, step 2 of 2")
    return render(Page(network, program, options, source))


def source_name(file: str) -> str:
    """What the header calls a net.yaml: wherever the folders go, it stays right."""
    return Path(file).name
