"""From net.yaml to files: what `bpgen emit` does, all stages in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bpgen.commands.files import (
    check_free,
    holds,
    is_folder_path,
    make_folder,
    write,
)
from bpgen.commands.nets import load_net
from bpgen.commands.progress import Progress
from bpgen.commands.style import SLOW, all_terms, automatic_style, check_unrolled
from bpgen.commands.told import told
from bpgen.errors import InputError, Problem
from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of
from bpgen.languages.record import Language
from bpgen.languages.single import SINGLE
from bpgen.lowering.network import lower
from bpgen.lowering.textbook import started, textbook, without_test
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.styles.expanded import expand
from bpgen.styles.loops import localize
from bpgen.styles.nested import nest
from bpgen.styles.unrolled import unroll
from bpgen.writing.options import Comments, Options
from bpgen.writing.pages import page_of
from bpgen.writing.render import render


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for; no language: that of the output's name."""

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
    single: bool = False
    data_folder: str | None = None

    @property
    def is_folder(self) -> bool:
        """Whether the output is a folder, to hold NAME.py, NAME.dart ..."""
        several = len(self.files) > 1 or len(self.languages) > 1
        return several or is_folder_path(self.output)


@dataclass(frozen=True, slots=True)
class Net:
    """A net.yaml, what it means, and what is computed."""

    file: str
    network: Network
    program: Program


def languages_in(asked: Iterable[str], textbook: bool, single: bool) -> tuple[str, ...]:
    """The languages that are asked for; of `all`, those that have such files."""
    if "all" not in asked:
        return tuple(dict.fromkeys(asked))
    names = SINGLE if single else tuple(LANGUAGES)
    return tuple(n for n in names if not (textbook and LANGUAGES[n].plain))


def emit_all(request: Request, say: Callable[[str], None]) -> Iterator[str]:
    """Write the files; yields the texts that go to standard output instead.

    Nothing is written before every file is rendered and free to be written.
    """
    languages = _languages(request)
    found: dict[Path, str] = {}
    problems: list[Problem] = []
    for file in request.files:
        try:
            net = load_net(file, request.data_folder)
        except InputError as error:
            problems += error.problems
            continue
        network, program = net.network, lower(net.network)
        warnings = (*net.warnings, *net.warnings_of_start(program))
        if not (request.library or request.inference):
            warnings += net.warnings_of_size()
        for line in chain.from_iterable(map(told, warnings)):
            say(line)
        for name in languages:
            language = LANGUAGES[name]
            path = _path(request, network, language)
            if path in found:
                message = f"two nets are called {network.name}, and both need {path}"
                problems.append(Problem(message))
            whole = Net(net.spec.file, network, program)
            found[path] = net_text(request, whole, language, say)
    if problems:
        raise InputError(problems)
    if request.output == "-":
        yield from found.values()
        return
    for path, text in found.items():
        check_free(path, text, request.force)
    for path, text in found.items():
        if holds(path, text):
            say(f"unchanged {path}")
            continue
        make_folder(path.parent)
        write(path, text)
        say(f"wrote {path}")


def _languages(request: Request) -> tuple[str, ...]:
    """The languages to write: those asked for, else that of the output's suffix.

    Raises:
        InputError: both, and they differ; or a file for several of them.
    """
    suffix = Path(request.output).suffix
    others = LANGUAGES.items() if suffix else ()
    by_suffix = [name for name, own in others if suffix in own.suffixes]
    asked = request.languages or (*by_suffix, "python")[:1]
    fault = ""
    if request.output == "-" and request.is_folder:
        fault = "several files need a folder: add -o FOLDER/"
    elif request.output == "-" or is_folder_path(request.output) or not suffix:
        return asked
    elif request.is_folder and by_suffix:
        fault = f"several files need a folder: {request.output} is the name of a file"
    elif not by_suffix and not request.languages:
        fault = f"no language that bpgen writes has files *{suffix}: "
        fault += f"add --lang ({', '.join(LANGUAGES)})"
    elif by_suffix and asked[0] not in by_suffix:
        title, asked_for = LANGUAGES[by_suffix[0]].title, LANGUAGES[asked[0]]
        name = Path(request.output).with_suffix(asked_for.suffix)
        fault = f"{request.output} is {title} by its name, but --lang says {asked[0]}: "
        fault += f"call it {name}, or leave --lang out"
    if fault:
        raise InputError([Problem(fault)])
    return asked


def _path(request: Request, network: Network, language: Language) -> Path:
    if request.output != "-" and request.is_folder:
        return Path(request.output) / file_of(language, network.name)
    return Path(request.output)


def net_text(
    request: Request,
    net: Net,
    language: Language,
    say: Callable[[str], None],
) -> str:
    """The file of a net in one language.

    Raises:
        InputError: there is none.
    """
    style, network, program = request.style, net.network, net.program
    if request.textbook and network.training.validation:
        message = "a textbook page holds no samples out: leave `validation` away"
        raise InputError([Problem(f"{net.file}: {message}")])
    if request.textbook and language.plain:
        others = ", ".join(name for name, own in LANGUAGES.items() if not own.plain)
        message = f"there is no textbook page in {language.title}: choose {others}"
        raise InputError([Problem(message)])
    if request.single and language.name not in SINGLE:
        message = f"--float is for C, and the file would be {language.title}: "
        raise InputError([Problem(f"{message}add --lang c, or leave --float out")])
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
        request.single,
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
    is_slow = is_unrolled and (program.adds_at_once or program.joins_batches)
    is_slow = is_slow or not LANGUAGES[options.language].speed.takes(program.step)
    if options.textbook:
        program, network = textbook(program), without_test(network)
    elif not options.fast or options.inference or is_slow:
        program = program.with_blocks({"step": ()})
    program = unroll(program) if is_unrolled else localize(program)
    if options.textbook and is_unrolled and not program.zero:  # each weight by itself
        program = started(program, expand(program.initialize))
    if not (is_unrolled or LANGUAGES[options.language].flat):
        program = nest(program)
    progress.at(f"{options.language} of all statements, step 2 of 2")
    return render(page_of(network, program, options, source))


def source_name(file: str) -> str:
    """What the header calls a net.yaml: wherever the folders go, it stays right."""
    return Path(file).name
