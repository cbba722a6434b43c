"""Go: notation, types, errors as results, how to run and check a file."""

from __future__ import annotations

from collections.abc import Sequence

from bpgen.languages import family, go_text, record
from bpgen.languages.go_format import STEP, finish
from bpgen.languages.go_helpers import HELPERS, TYPES
from bpgen.languages.record import Form, Language, Lines, Signature, words
from bpgen.languages.toolchain import Toolchain
from bpgen.languages.tuple_form import TupleForm
from bpgen.languages.ways import Refusals, Ways
from bpgen.program import expressions as at
from bpgen.program.speed import ARRAYS

WIDTH = 100
# What a file may import, by the last part of its path; nothing else is called that.
PACKAGES = (
    *("bytes", "compress/gzip", "encoding/json", "errors", "fmt", "math", "os"),
    *("os/signal", "sort", "strconv", "strings"),
)
SPELLED = {
    "to_json": "ToJSON",
    "_load_all": "LoadJSON",
    "_load_parameters": "LoadParameters",
}
ZEROS = {
    "float64": "0",
    "int": "0",
    "bool": "false",
    "string": '""',
    "": "",
    "dataSet": "dataSet{}",
}


def _member(name: str) -> str:
    """Public names are exported, others are not."""
    if name in SPELLED:
        return SPELLED[name]
    first, *others = name.lstrip("_").split("_")
    found = first + "".join(part[:1].upper() + part[1:] for part in others)
    return found if name.startswith("_") else found[:1].upper() + found[1:]


def _number(value: float) -> str:
    """A literal; there is none of -0.0."""
    is_minus_zero = str(value) == "-0.0"
    return "math.Copysign(0, -1)" if is_minus_zero else at.number_text(value)


def _signature(head: Signature) -> Lines:
    """func (nn *Class) name(parameters) result {"""
    given = [*head.parameters, *((name, kind) for name, kind, _ in head.options)]
    inside = ", ".join(f"{name} {kind}" for name, kind in given)
    name, receiver, result = head.name, "", head.result
    if head.function.name == "__init__":
        name, result = _made(head.class_name), f"*{head.class_name}"
    elif head.class_name:
        receiver = f"(nn *{head.class_name}) "
    return [f"func {receiver}{name}({inside}) {result}".rstrip() + " {"]


def _made(name: str) -> str:
    """What makes an object of a class."""
    return f"New{name}" if name[:1].isupper() else f"new{name[:1].upper()}{name[1:]}"


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    return [f"// {x}".rstrip() for x in family.paragraphs(text, 80 - indent - 3)]


def _field(name: str, kind: str, value: str, says: str) -> Lines:
    """A field with its documentation, if it needs one."""
    own = FIELDS.get(kind) or GO.type(kind)
    own = f"*{own}" if kind == "generator" else own
    doc = ["", f"// {family.sentence(says)}"] if says else []
    return [*doc, f"{name} {own}"]


FIELDS = {"array": "[]float64", "rows": "[][]float64", "setting": "float64"}


def _constant(name: str, kind: str, own: str, says: str) -> tuple[Lines, str, str]:
    word = "const" if kind not in ("Shapes", "list[list[float]]") else "var"
    own = "[]ArrayShape" if kind == "Shapes" else ""
    return [f"// {says}"], f"{word} {name} = {own}", ""


def _own_option(owner: str, name: str, value: str, taker: str) -> Lines:
    """A constant for what callers have to say."""
    own = f"{owner}{name.capitalize()}"
    taker = f"New{owner}" if taker == "__init__" else taker.capitalize()
    return [f"// The net's own {name}, for {taker}.", f"const {own} = {value}", ""]


def _kept(fields: Sequence[tuple[str, str]]) -> Lines:
    """The type of what forward keeps."""
    found = (f"{' ' * STEP}{name} {kind}" for name, kind in fields)
    says = "// What forward hands on to loss and backward."
    return [says, "type handedOn struct {", *found, "}"]


def _attempt(name: str, call: str, nothing: str) -> Lines:
    end = [f"{' ' * STEP}return {nothing}err", "}"]
    if name in ("", "_"):
        return [f"if {'_, ' * len(name)}err := {call}; err != nil {{", *end]
    return [f"{name}, err := {call}", "if err != nil {", *end]


def _refuses(kind: str) -> str:
    return f"({kind}, error)" if kind else "error"


REFUSALS = Refusals(
    result=_refuses,
    attempt=_attempt,
    returned="return {}, nil",
    done="return nil",
    refused=go_text.refused,
    nothing=lambda kind: f"{ZEROS.get(kind, 'nil')}, " if kind else "",
)
# Files that end so are tests, or for one system alone.
ENDINGS = frozenset(
    {
        *("test", "linux", "windows", "darwin", "js", "wasm", "arm", "arm64", "amd64"),
        *("unix", "android", "ios", "plan9", "freebsd", "netbsd", "openbsd", "solaris"),
        *("386", "mips", "riscv64", "s390x", "ppc64", "ppc64le", "loong64", "wasip1"),
    }
)

GO = Language(
    name="go",
    title="Go",
    suffix=".go",
    width=WIDTH,
    indent=STEP,
    breaking=record.Breaking.FILLED,
    hanging=STEP,
    speed=ARRAYS,
    reserved=words(
        """break case chan const continue default defer else fallthrough for func go
        goto if import interface map package range return select struct switch type
        var append cap clear close complex copy delete imag len make max min new panic
        print println real recover bool byte error float64 int string uint32 uint64
        any true false nil iota init"""
    ),
    names=words("""main run nn err ArrayShape dataSet handedOn
        generator batch count sample place channel i j k l m n p q r
        """) | {name.split("/")[-1] for name in PACKAGES},
    class_names=words("ArrayShape"),
    end="",
    empty="// There is nothing to do.",
    heads={
        **{
            name: head.replace("(var ", "").replace("(", "").replace(")", "")
            for name, head in family.HEADS.items()
        },
        "up": "for {0} := {1}; {0} < {2}; {0}++",
        "down": "for {0} := {2} - 1; {0} >= {1}; {0}--",
        "steps": "for {0} := {1}; {0} < {2}; {0} += {3}",
        "backwards": "for {0} := {1}; {0} > {2}; {0}--",
        "each": "for _, {0} := range {1}",
    },
    declare=dict.fromkeys(record.Declaration, "{} :=")
    | dict.fromkeys(
        (record.Declaration.LATER, record.Declaration.LATER_FIXED), "var {} float64"
    ),
    typed=lambda name, kind, own, is_varied: (
        [],
        f"{name} := " + ("" if kind in ("Table", "Named", "Arrays") else own),
    ),
    unpacking="{} :=",
    member="nn.{}",
    this="nn",
    number=_number,
    select="",
    to_number="float64({})",
    to_whole="int({})",
    text=("", "", "{}"),
    options=lambda options: [value for _, value in options],
    forms=family.with_alike(
        {
            **family.BRACES,
            **family.calls("""
                len:len whole:int word_of:uint32 as_word:uint32 number:float64
                as_number:float64 text_of:strconv.Itoa keys:keys array_names:keys
                counted:counted copied:copied joined_rows:joinedRows
                sorted_wholes:sortedWholes numbers:numbers words_of:strings.Fields
                names_of:namesOf is_table:isTable is_list:isList is_number:isNumber
                saved_as:json.Marshal read_saved:readSaved saved_text:string
                text_saved:[]byte parsed:parsed read_text:readText is_file:isFile
                read_bytes:os.ReadFile byte_count:len
                unfit:panic misuse:panic too_early:panic
                """),
            **family.calls(
                """
                filled:filled rest_of:restOf chosen:chosen has:has has_array:has
                shape_of:shapeOf is_among:isAmong larger:largerOf
                smaller_whole:smallerOf larger_whole:largerWhole
                letters_at:lettersAt unpacked:unpacked object_in:objectIn
                rename:os.Rename cells:cells
                """,
                2,
            ),
            **family.calls("part:part bytes_in:bytesIn text_in:textIn", 3),
            "none": "nil",
            "no_table": "map[string]any{{}}",
            "no_arrays": "map[string][]float64{{}}",
            "json_nothing": "nil",
            "is_nothing": Form("{} == nil", at.COMPARISON, at.SUM),
            "is_missing": Form("{} == nil", at.COMPARISON, at.SUM),
            "is_silent": Form("{} == nil", at.COMPARISON, at.SUM),
            "is_empty": Form("len({}) == 0", at.COMPARISON, at.CHOICE),
            "not_is_empty": Form("len({}) > 0", at.COMPARISON, at.CHOICE),
            "quotient": Form("{} / {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "add32": Form("{} + {}", at.SUM, at.SUM, at.PRODUCT),
            "xor32": Form("{} ^ {}", at.SUM, at.SUM, at.PRODUCT),
            "or32": Form("{} | {}", at.SUM, at.SUM, at.PRODUCT),
            "left32": Form("{} << {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "right32": Form("{} >> {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "share32": Form("float64({}) / 4294967296.0", at.PRODUCT),
            "scaled32": "int(uint64({}) * uint64({}) >> 32)",
            "modulo32": Form("int({}) % {}", at.PRODUCT, at.CHOICE, at.UNARY),
            "is_whole": Form("{0} == math.Floor({0})", at.COMPARISON, at.SUM),
            "is_finite": Form("!math.IsNaN({0}) && !math.IsInf({0}, 0)", at.BOTH),
            "not_is_finite": Form("math.IsNaN({0}) || math.IsInf({0}, 0)", at.EITHER),
            "append": "{0} = append({0}, {1})",
            "extend": "{0} = append({0}, {1}...)",
            "copied_row": "append([]float64(nil), {}...)",
            "json_numbers": "append([]float64(nil), {}...)",
            "json_words": "{}",
            "fixed": 'fmt.Sprintf("%.{1}f", {0})',
            "scientific": 'fmt.Sprintf("%.1e", {})',
            "padded": 'fmt.Sprintf("%{1}d", {0})',
            "joined": 'strings.Join({}, " ")',
            "spelled": 'strings.Join({}, "")',
            "samples": "dataSet{{{}, {}}}",
            "inputs_in": "{}.inputs",
            "targets_in": "{}.targets",
            "table_of": "{}.(map[string]any)",
            "items_of": "{}.([]any)",
            "number_of": "{}.(float64)",
            "json_table": "{}",
            "item": "{}[{}]",
            "put_array": "{}[{}] = {}",
            "array_of": "{}[{}]",
            "stops": Form("{0} != nil && !{0}({1}, {2})", at.BOTH, at.COMPARISON),
            "say": go_text.said,
            "complain": lambda text: go_text.said(text, "fmt.Fprint", "os.Stderr, "),
            "is_interrupted": "isInterrupted()",
            "write_text": "os.WriteFile({}, []byte({}), 0o644)",
        }
    ),
    functions={
        name: f"math.{name.capitalize()}({{}})"
        for name in words("abs cos erf exp expm1 log log1p sin sqrt tanh")
    },
    types=family.types("""
        *handedOn: Kept,Kept | None
        : None
        int: int
        uint32: Word
        float64: float
        bool: bool
        string: str,Folder
        []byte: Bytes
        any: Json,Nested
        map[string]any: Table,Named
        map[string][]float64: Arrays
        []ArrayShape: Shapes
        []byte: Saved
        func(epoch int, loss float64) bool: OnEpoch | None
        []float64: Row,OwnRow
        [][]float64: Rows,OwnRows
        """) | {"Samples": "dataSet"},
    aliases=TYPES,
    list_type="[]{}",
    kept=TupleForm(
        marks=("{", "}"),
        begin="&handedOn",
        item="{0}.{1}",
        alias=lambda types: [],
        fields=_kept,
        array="[]float64",
    ),
    zeros_like="zerosLike({})",
    nothing="nil",
    add_row=lambda array, row, start, stop: f"add({array}, {start}, []float64{{}})",
    set_row=lambda array, row, start, stop: f"copy({array}[{start}:], []float64{{}})",
    zeros=lambda shape: f"make([]float64, {family.size(shape)})",
    wholes=("[]float64", "[]int"),
    fill=lambda array, values, shape: f"copy({array}, {values})",
    fill_row=family.row_filled("copy({0}[{1}:], {2})"),
    taken=lambda array, shape: f"append([]float64(nil), {array}...)",
    first_taken=lambda array, shape: (
        f"append([]float64(nil), {array}[:{family.size(shape)}]...)"
    ),
    signature=_signature,
    doc=_doc,
    file_doc=("", "//", ""),
    declared=_field,
    constant=_constant,
    text_constant=("`", "`"),
    helpers=HELPERS,
    imports={f'\t"{name}"': f"{name.split('/')[-1]}." for name in PACKAGES},
    class_head=lambda name, is_public: f"type {name} struct {{",
    static_names=("var NAME = []string", "", 'var NAME = strings.Split({}, "")'),
    static_categories=("var NAME = map[string][]string", ""),
    main_name="run",
    members={"Generator": "generator"},
    ways=Ways(
        endings=ENDINGS,
        methods_apart=True,
        starts_fields=True,
        made=_made,
        held="*{}",
        empty=words("0 0.0 nil false []string{} []float64{} {}"),
        constructor=(("nn := &{}{{}}",), ("return nn",)),
        member=_member,
        static=lambda owner, name: f"{owner}{name[:1].upper()}{name[1:]}",
        fills_options=True,
        own_option=_own_option,
        states_types=True,
        list_head="{}".format,
        marks="{}",
        shape=lambda name, sizes: f"{{{name}, []int{{{', '.join(map(str, sizes))}}}}}",
        gathered="gathered({})",
        text=go_text.text,
        nests=False,
        rounded="float64({})",
        view="{0}[{1}:][:{2}]",
        unpacks=False,
        has_choice=False,
        refusals=REFUSALS,
        finish=finish,
    ),
    toolchain=Toolchain(
        programs=("go", "gofmt"),
        install="Go 1.21 or later; for the tests .ci/install-go",
        version=("go", "version"),
        run=("go", "run", "{file}"),
        format=("gofmt", "-d", "{file}"),
        lint=("go", "vet", "{file}"),
    ),
)
