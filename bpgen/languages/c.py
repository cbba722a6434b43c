"""C: notation, types, what clang-format wants, how to run and check a file."""

from __future__ import annotations

from bpgen.languages import c_lines as lines
from bpgen.languages import family
from bpgen.languages.of_net import with_words
from bpgen.languages.parts import parts
from bpgen.languages.plain import Plain
from bpgen.languages.record import Breaking, Form, Language, words
from bpgen.languages.toolchain import Toolchain
from bpgen.languages.tuple_form import TupleForm
from bpgen.program import expressions as at

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
STRICT = ("gcc", "-std=c11", *WARNINGS)
USES = ("-x", "c", "-D{NAME}_IMPLEMENTATION", "-D{NAME}_MAIN")
# The record says these words where numbers have 64 bits.
DOUBLE = {
    "$real": "double",
    "$narrow ": "",
    "$wide ": "",
    "$tally": "long long",
    "$as_tally (count + 1)": "count + 1",
    "$as_tally ": "",
    "$malloc": "malloc",
    "$calloc": "calloc",
    "$free": "free",
    "$room": "65536",
    "$rounded": "(size + 15) / 16 * 16",
    "$front": "32",
    "$f": "",  # at the end of a function or a number; the last word, as others begin so
}
FILE = parts("c", "file.c")
LISTS = {
    "float": "$net_row(WORK, {}, {})",
    "list[float]": "$net_rows(WORK, {}, {})",
    "Word": "$net_words(WORK, {}, {})",
    "int": "$net_wholes(WORK, {}, {})",
    "list[int]": "$net_orders(WORK, {}, {})",
    "index": "$net_indices(WORK, {}, {})",
    "str": "$net_texts(WORK, {}, {})",
}


PLAIN = Plain(
    begin=lines.begin,
    given=lines.given,
    classes="{} *",
    class_name="$Net{}",
    method=lines.method,
    field="{}->{}",
    works=("self->work", "work"),
    worker="$NetWork *",
    worker_field="struct $NetWork *work",
    unused="(void){};",
    needs_work=frozenset({"Net"}),
    lists=LISTS,
    chained="$net_chained(WORK, {}, {})",
    nothing="NULL",
    text="$net_text(WORK, {})",
    text_places={"int": "%lld", "Word": "%u", "float": "%g", "str": "%s"},
    refusals=words(
        """unfit misuse out_of_range too_early read_saved saved_as read_text write_text
        rename read_bytes object_in"""
    ),
    failed=lambda work, instead: [
        f"if ({work}->status != $NET_OK) {{",
        f"  return {instead}".rstrip() + ";",
        "}",
    ],
    instead=lines.instead,
    kept=lambda pairs: [
        "$NetKept *kept = ($NetKept *)$net_room(WORK, sizeof *kept);",
        *(f"kept->{name} = {value};" for name, value in pairs),
        "return kept;",
    ],
    started=lines.started,
    made=lines.made,
    keeps="{0} = $net_lasting(WORK, {0}, {1}, sizeof *{0})",
    loops=("const $NetMark {} = $net_mark(WORK);", "$net_release(WORK, {});"),
    struct=("struct {} {{", "}};"),
    shapes=lines.shapes,
    numbers=lines.numbers,
    matrix="$net_matrix(WORK, {}, {}, {})",
    casts={
        ("int", "float"): "($real){}",
        ("int", "Word"): "(uint32_t){}",
        ("Table", "Json"): "$net_json_table(WORK, {})",
    },
    names=lines.names,
    as_it_is=(lines.OFF, lines.ON),
    sizes=("enum {", "};"),
    statuses=("OK", "MISUSE", "TOO_EARLY", "UNFIT"),
    remembers="{} = $net_remembered(WORK, {})",
    parts=FILE,
    heads=parts("c", "members.h"),
    members=parts("c", "members.c"),
    omits=words("gradients one_hots set_buffers"),
)

MARKED = Language(
    name="c",
    title="C",
    suffix=".h",
    breaking=Breaking.STATEMENTS,
    hanging=4,
    camel=False,
    hides=False,
    private="$net_{}",
    reserved=words(
        """auto bool break case char const continue default do double else enum extern
        false float for goto if inline int long register restrict return short signed
        sizeof static struct switch true typedef union unsigned void volatile while
        NULL"""
    ),
    names=words(
        """main self work kept mark count batch sample place channel i j k l m n p q r
        argc argv y0 y1 yn j0 j1 jn gamma index round abs div exp log pow sin cos tan
        sqrt tanh erf floor ceil fmod rand time signal printf puts malloc free string
        learning_rate epoch"""
    ),
    class_names=words("Generator FILE"),
    heads={
        **family.HEADS,
        "up": "for (int {0} = {1}; {0} < {2}; {0}++)",
        "down": "for (int {0} = {2} - 1; {0} >= {1}; {0}--)",
        "counts": "for (long long {0} = {1}; {0} < {2}; {0}++)",
        "steps": "for (long long {0} = {1}; {0} < {2}; {0} += {3})",
        "backwards": "for (long long {0} = {1}; {0} > {2}; {0}--)",
        "and": "&&",
        "or": "||",
        "not": "!",
    },
    declare={},
    typed=lambda name, kind, own, is_varied: ([], f"{lines.given(own, name)} = "),
    unpacking="",
    member="self->{}",
    this="self",
    to_number="($real)({})",
    to_whole="(int){}",
    text=('"', '"', "{}"),
    places={"fixed": "%.{1}f", "scientific": "%.1e", "padded": "%{1}lld"},
    options=lambda options: [value for _, value in options],
    forms=family.with_alike(
        {
            "len": "$net_count({})",
            "none": "NULL",
            "quotient": Form("{} / {}", at.PRODUCT, at.PRODUCT, at.PRODUCT + 1),
            "rest": Form("{} % {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "add32": Form("{} + {}", at.SUM, at.SUM, at.PRODUCT),
            "xor32": Form("{} ^ {}", at.DIFFERING_BITS, at.UNARY, at.UNARY),
            "or32": Form("{} | {}", at.BITS, at.UNARY, at.UNARY),
            "left32": Form("({} << {})", at.ATOM, at.SHIFT, at.SUM),
            "right32": Form("({} >> {})", at.ATOM, at.SHIFT, at.SUM),
            "share32": Form("{} / 4294967296.0$f", at.PRODUCT, at.PRODUCT),
            "scaled32": "$net_scaled({}, {})",
            "modulo32": Form("{} % {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "largest_word": "0xFFFFFFFF",
            "word_of": Form("(uint32_t){}", at.UNARY, at.ATOM),
            "whole": Form("(long long){}", at.UNARY, at.ATOM),
            "number": Form("($real){}", at.UNARY, at.ATOM),
            "number_of": "{}->number",
            "larger": "$net_max({}, {})",
            "larger_whole": "$net_most({}, {})",
            "smaller_whole": "$net_least({}, {})",
            "is_whole": Form("floor$f({0}) >= {0}", at.COMPARISON, at.SUM),
            "is_finite": "isfinite({})",
            "filled": "$net_filled(WORK, {}, {})",
            "part": "$net_part(WORK, {0}, sizeof *{0}, {1}, {2})",
            "rest_of": "$net_part(WORK, {0}, sizeof *{0}, {1}, $net_count({0}))",
            "chosen": "$net_chosen(WORK, {}, {})",
            "copied_row": "$net_copied_row(WORK, {})",
            "joined_rows": "$net_joined_rows(WORK, {})",
            "append": "$NET_APPEND(WORK, {}, {})",
            "append list[Json]": "{0} = $net_appended(WORK, {0}, {1})",
            "extend": "{0} = $net_extended(WORK, {0}, {1})",
            "is_empty": Form("$net_count({}) == 0", at.COMPARISON),
            "fixed": Form(
                '$net_text(WORK, "%.*f", (int){1}, $wide {0})', at.ATOM, at.UNARY
            ),
            "scientific": Form('$net_text(WORK, "%.1e", $wide {})', at.ATOM, at.UNARY),
            "padded": '$net_text(WORK, "%*lld", (int){1}, {0})',
            "text_of": '$net_text(WORK, "%lld", {})',
            "joined": '$net_joined(WORK, {}, " ")',
            "spelled": '$net_joined(WORK, {}, "")',
            "words_of": "$net_words_of(WORK, {})",
            "words_of str": "$net_words_of_text(WORK, {})",
            "json_numbers": "$net_json_numbers(WORK, {})",
            "names_of": "$net_names_of(WORK, {})",
            "is_missing": Form("{} == NULL", at.COMPARISON, at.SUM),
            "is_silent": Form("{} == NULL", at.COMPARISON, at.SUM),
            "is_table": "$net_is({}, $NET_JSON_TABLE)",
            "is_list": "$net_is_list({})",
            "is_number": "$net_is_number({})",
            "is_nothing": "$net_is({}, $NET_JSON_NULL)",
            "is_text": "$net_is_text({}, {})",
            "is_text str": Form("strcmp({}, {}) == 0", at.COMPARISON),
            "table_of": "{}->table",
            "items_of": "$net_items_of(WORK, {})",
            "json_number": Form("$net_json_number(WORK, $wide {})", at.ATOM, at.UNARY),
            "json_whole": "$net_json_number(WORK, (double){})",
            "has": Form("$net_item({}, {}) != NULL", at.COMPARISON),
            "item": "$net_item({}, {})",
            "put": "$net_put(WORK, {}, {}, {})",
            "keys": "{}->names",
            "no_table": "$net_table(WORK)",
            "saved_as": "$net_written(WORK, {})",
            "read_saved": "$net_read(WORK, {})",
            "as_word": Form("(uint32_t){}", at.UNARY, at.ATOM),
            "as_number": Form("($real){}", at.UNARY, at.ATOM),
            "array_names": "{}->names",
            "has_array": Form("$net_item({}, {}) != NULL", at.COMPARISON),
            "array_of": "$net_item({}, {})->numbers",
            "put_array": "$net_put(WORK, {}, {}, $net_json_numbers(WORK, {}))",
            "stops": "$net_stops({}, {}, {})",
            "say": "puts({})",
            "complain": 'fprintf(stderr, "%s\\n", {})',
            "progress": "",
            **family.notations("""
                no_arrays $net_table(WORK)  json_nothing NULL  saved_text {}
                is_interrupted $net_is_interrupted()  text_saved {}
                read_text $net_content_of(WORK, {})  parsed $net_parsed({})
                write_text $net_write_text(WORK, {}, {})
                rename $net_rename(WORK, {}, {})  cells $net_cells(WORK, {}, {})
                json_words $net_json_words(WORK, {})  json_list $net_json_list(WORK, {})
                json_table $net_json_table(WORK, {})  json_text $net_json_text(WORK, {})
                samples $net_samples(WORK, {}, {})
                inputs_in {}->inputs  targets_in {}->targets
                is_among $net_is_among({}, {})  is_file $net_is_file({})
                read_bytes $net_bytes_of(WORK, {})  byte_count $net_count({})
                bytes_in $net_bytes_in(WORK, {}, {}, {})  numbers $net_numbers(WORK, {})
                object_in $net_object_in(WORK, {}, {})  as_argument {}
                text_in $net_text_in(WORK, {}, {}, {})
                letters_at $net_letters_at(WORK, {}, {})  counted $net_counted(WORK, {})
                sorted_wholes $net_sorted(WORK, {})  copied $net_copied(WORK, {})
                shape_of $net_shape_of(WORK, {}, {})
                """),
            "unfit": "$net_refuse(WORK, $NET_UNFIT, {})",
            "misuse": "$net_refuse(WORK, $NET_MISUSE, {})",
            "too_early": "$net_refuse(WORK, $NET_TOO_EARLY, {})",
        }
    ),
    functions=family.functions(
        "{}$f({{}})", "cos erf exp expm1 log log1p sin sqrt tanh"
    )
    | {"abs": "fabs$f({})"},
    types=family.types("""
        $NetKept *: Kept
        void: None
        long long: int
        uint32_t: Word
        $real: float
        const char *: str,Saved,Folder
        unsigned char *: Bytes
        $NetJson *: Json
        $NetTable *: Table
        const $NetShape *: Shapes
        $NetSamples *: Samples
        const $NetOnEpoch *: OnEpoch
        $real *: list[float]
        $real **: list[list[float]]
        long long *: list[int]
        long long **: list[list[int]]
        uint32_t *: list[Word]
        const char **: list[str]
        const char *const *: text
        $NetJson **: list[Json]
        int: index
        int *: indices,list[index]
        """),
    kept=TupleForm(
        marks=("", ""),
        declares="const $real",
        item="{0}->{1}",
        alias=lambda fields: [
            "/// What forward hands on to loss and backward.",
            "struct $NetKept {",
            *(f"  {field};" for field in fields),
            "};",
        ],
        array="$real *",
    ),
    zeros=lambda shape: f"$net_zeros(WORK, {family.size(shape)})",
    zeros_like="$net_zeros_like(WORK, {})",
    nothing="NULL",
    add_row=lambda array, row, start, stop: "",
    set_row=lambda array, row, start, stop: "",
    wholes=("$net_zeros", "$net_whole_zeros"),
    fill=lambda array, values, shape: f"$net_fill({array}, {values})",
    fill_row=lines.fill_row,
    taken=lambda array, shape: f"$net_copied_row(WORK, {array})",
    first_taken=lambda array, shape: (
        f"$net_part(WORK, {array}, sizeof *{array}, 0, {family.size(shape)})"
    ),
    signature=lines.signature,
    doc=lines.doc,
    file_doc=("", "//", ""),
    constant=lines.constant,
    text_constant=("{", "    NULL}"),
    helpers=lines.helpers(parts("c", "lists.c", "json.c")),
    class_head=lambda name, is_public: name,
    static_names=("", "", ""),
    main_name="$net_run",
    plain=PLAIN,
    toolchain=Toolchain(
        programs=("gcc", "clang-format"),
        install="gcc or clang; for the tests .ci/install-c",
        version=("gcc", "--version"),
        build=(*STRICT, "-O2", *USES, "{file}", "-o", "{program}", "-lm"),
        run=("{program}",),
        format=("clang-format", "--style=LLVM", "--dry-run", "--Werror", "{file}"),
        lint=(*STRICT, "-fsyntax-only", *USES, "{file}"),
    ),
)

C = with_words(MARKED, DOUBLE)
