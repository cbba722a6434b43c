"""Ruby: notation, what rubocop wants, how to run and check a file."""

from __future__ import annotations

from bpgen.languages import family, record, ruby_format, ruby_names
from bpgen.languages.parts import parts
from bpgen.languages.record import Form, Language, Lines, Signature
from bpgen.languages.toolchain import Toolchain
from bpgen.languages.tuple_form import TupleForm
from bpgen.languages.ways import Ways
from bpgen.program import expressions as at
from bpgen.program.speed import LISTS

WIDTH, STEP = ruby_format.WIDTH, 2


def _signature(head: Signature) -> Lines:
    """def name(parameters, option: default), private if the name begins with _."""
    given = [name for name, _ in head.parameters]
    given += ["*"] if head.function.name == "to_json" else []  # as the library calls it
    for name, kind, value in head.options:
        given.append(f"&{name}" if kind == "block" else f"{name}: {value}")
    name = "initialize" if head.function.name == "__init__" else head.name
    is_private = bool(head.class_name) and name.startswith("_")
    begin = f"{'private ' * is_private}def {name}"
    line = f"{begin}({', '.join(given)})" if given else begin
    if head.indent + len(line) <= WIDTH:
        return [line]
    *others, last = given
    return [f"{begin}(", *(f"  {one}," for one in others), f"  {last}", ")"]


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    """Lines of a comment."""
    lines = family.paragraphs(text, WIDTH - indent - 2)
    return [f"# {line}".rstrip() for line in lines]


def _row(array: str, row: tuple[int, ...], start: int, stop: int) -> str:
    return array + "".join(f"[{index}]" for index in row)


def _end(text: str) -> str:
    """An end of a range, in parentheses where it is no name."""
    return f"({text})" if " " in text else text


def _part(items: str, start: str, stop: str) -> str:
    return f"{items}[{_end(start)}...{_end(stop)}]"


def _taken(array: str, shape: tuple[int, ...]) -> str:
    return f"{array}.dup" if len(shape) == 1 else f"{array}.flatten"


def _accessor(name: str, says: str, is_set: bool) -> Lines:
    """What lets others read a field, or set it, too."""
    words = [f"# {family.sentence(says)}"] if says else []
    return [*words, f"attr_{'accessor' if is_set else 'reader'} :{name}"]


INSPECT = """
# What an interactive session shows.
def inspect
  "#<#{{self.class}} epoch=#{{@epoch}}, {count} parameters>"
end
"""

RUBY = Language(
    name="ruby",
    title="Ruby",
    suffix=".rb",
    width=WIDTH,
    indent=STEP,
    breaking=record.Breaking.FILLED,
    hanging=STEP,
    fills_numbers=True,
    camel=False,
    loud_constants=True,
    reserved=ruby_names.RESERVED,
    names=ruby_names.TAKEN,
    class_names=ruby_names.CLASSES,
    modules=ruby_names.MODULES,
    comment="#",
    end="",
    block=("{}", "end"),
    empty="# There is nothing to do.",
    unused="_",
    marks_unused=True,
    heads={
        "if": "if {}",
        "else if": "elsif {}",
        "else": "else",
        "up": "({1}...{2}).each do |{0}|",
        "up from 0": "{2}.times do |{0}|",
        "down": "({2} - 1).downto({1}) do |{0}|",
        "steps": "({1}...{2}).step({3}) do |{0}|",
        "backwards": "({1}).downto({2} + 1) do |{0}|",
        "backwards from 0": "({1}).downto(1) do |{0}|",
        "up by itself": "{0} = {1}\nwhile {0} < {2}",
        "then up": "{0} += 1",
        "down by itself": "{0} = {2} - 1\nwhile {0} >= {1}",
        "then down": "{0} -= 1",
        "each": "{1}.each do |{0}|",
        "and": "&&",
        "or": "||",
        "not": "!",
        "continue": "next",
    },
    declare={kind: "{} =" for kind in record.Declaration if "LATER" not in kind.name},
    typed=lambda name, kind, own, is_varied: ([], f"{name} = "),
    unpacking="{}",
    member="@{}",
    this="self",
    otherwise=at.CHOICE,
    to_number="({}).to_f",
    to_whole="{}.to_i",
    text=('"', '"', "#{{{}}}"),
    places={
        "fixed": "#{{format('%.{1}f', {0})}}",
        "scientific": "#{{format('%.1e', {})}}",
        "text_of": "#{{{}}}",
    },
    options=lambda options: [f"{name}: {value}" for name, value in options],
    forms=family.with_alike(
        {
            **family.PLAIN,
            **family.calls("""
                is_number:is_number parsed:parsed rows_in:rows_in listed:listed
                read_saved:decoded saved_as:JSON.generate say:say complain:warn
                numbers:numbers_in_text row_of:floats
                """),
            **family.calls(
                """
                larger:larger_of cells:cells unpacked:unpacked object_in:object_in
                write_text:File.write rename:File.rename is_row:is_row
                """,
                2,
            ),
            **family.notations(r"""
                none nil  len {}.length  number {}.to_f  word_of {}.to_i
                number_of {}.to_f  text_of {}.to_s  counted (0...{}).to_a
                sorted_wholes {}.sort  copied_row {}.dup  json_numbers {}.dup
                json_words {}.dup
                names_of {}.keys  keys {}.keys  samples [{}, {}]
                is_finite {}.finite?  is_table {}.is_a?(Hash)  is_list {}.is_a?(Array)
                is_missing {}.nil?  is_empty {}.empty?  has {}.key?({})
                is_among {1}.include?({0})  item {}[{}]
                filled Array.new({}, {})  copied {}.map(&:dup)
                joined_rows {}.flatten(1)  chosen {1}.map {{ |place| {0}[place] }}
                append {}.push({})  extend {}.concat({})  words_of {}.split
                fixed format("%.{1}f", {0})  scientific format("%.1e", {})
                padded {}.to_s.rjust({})  joined {}.join(" ")  spelled {}.join
                letters_at {}.chars.map {{ |letter| {}.index(letter) }}
                smaller_whole [{}, {}].min  larger_whole [{}, {}].max
                progress progress({}, {}, {})  is_interrupted @interrupted
                read_text File.read({}, encoding: "bom|utf-8")
                is_file File.file?({})  read_bytes File.binread({})
                byte_count {}.bytesize  plain_say puts({})
                misuse raise ArgumentError, {}  too_early raise {}
                """),
            "quotient": family.infix("/", at.PRODUCT, at.UNARY),
            "xor32": Form("{} ^ {}", at.BITS, at.ATOM, at.ATOM),
            "or32": Form("{} | {}", at.BITS, at.ATOM, at.ATOM),
            "right32": Form("({} >> {})", at.ATOM, at.SHIFT, at.SUM),
            "scaled32": Form("{} * ({}) >> 32", at.SHIFT, at.PRODUCT),
            "is_whole": Form("{0} == {0}.floor", at.COMPARISON, at.ATOM),
            "part": _part,
            "bytes_in": lambda *given: f"{_part(*given)}.bytes",
            "text_in": lambda *given: f"letters({_part(*given)})",
            "rest_of": lambda items, start: f"{items}[{_end(start)}..]",
            "stops": Form("{0}&.call({1}, {2}) == false", at.COMPARISON, at.ATOM),
        }
    ),
    functions=family.functions("Math.{}({{}})", "cos erf exp log sin sqrt tanh")
    | {"abs": "{}.abs"},
    types=family.types("block: OnEpoch | None"),
    list_type="Array",
    flat=False,
    kept=TupleForm(marks=("[", "]"), pattern=("", ""), alias=lambda types: []),
    zeros=family.zeros("Array.new({count}, 0.0)", "Array.new({count}) {{ {row} }}"),
    zeros_like="{}.map {{ |row| Array.new(row.length, 0.0) }}",
    spread="*{}",
    add_row=lambda array, row, start, stop: (
        f"add({_row(array, row, start, stop)}, {{}})"
    ),
    set_row=lambda array, row, start, stop: (
        f"{_row(array, row, start, stop)}.replace({{}})"
    ),
    row=_row,
    wholes=("0.0", "0"),
    fill=lambda array, values, shape: (
        f"{array}.replace({values})"
        if len(shape) == 1
        else f"{array} = shaped({values}, {list(shape)})"
    ),
    fill_row=lambda array, sample, values, size: f"{array}[{sample}].replace({values})",
    taken=_taken,
    first_taken=lambda array, shape: _taken(f"{array}[0]", shape),
    signature=_signature,
    doc=_doc,
    constant=lambda name, kind, own, says: (
        [f"# {says}"],
        f"{name} = ",
        "" if kind in ("int", "text", "size", "product") else ".freeze",
    ),
    text_constant=("<<~'END_OF_TEXT'.freeze", "END_OF_TEXT"),
    helpers=parts("ruby", "helpers.rb"),
    imports={'require "json"': "JSON.", 'require "zlib"': "Zlib."},
    file_doc=("", "#", ""),
    constant_gap=1,
    class_head=lambda name, is_public: f"class {name}",
    own_members=lambda trains, has_data: [
        INSPECT if trains else INSPECT.replace(" epoch=#{{@epoch}},", "")
    ],
    main_name="run",
    static_names=("CLASSES = ", ".freeze", "CLASSES = {}.chars.freeze"),
    static_categories=("CATEGORIES = ", ".freeze"),
    key='"{}"'.format,
    speed=LISTS,
    ways=Ways(
        static="{}::{}".format,
        field=lambda name: name.lstrip("_"),
        behind=" # ",
        bare_methods=True,
        bare_calls=True,
        nothing="nil",
        made="{}.new".format,
        empty=frozenset({"nil"}),
        pair="{} => ",
        slice="{0}[{1}, {3}]",
        row_set=(("{} = [", "]"), ("{}.replace([", "])")),
        quotient="/",
        reopens=True,
        accessor=_accessor,
        shared=("private ", ""),
        finish=ruby_format.finish,
        rewrapped=ruby_format.rewrapped,
    ),
    toolchain=Toolchain(
        programs=("ruby", "rubocop"),
        install="Ruby 3.0 or later; for the tests .ci/install-ruby",
        version=("ruby", "--version"),
        run=("ruby", "{file}"),
        format=("rubocop", "--config", "{config}", "--only", "Layout", "{file}"),
        lint=("rubocop", "--config", "{config}", "{file}"),
        types=("ruby", "-wc", "{file}"),
    ),
)
