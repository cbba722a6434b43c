"""C++: notation, types, exceptions, how to run and check a file."""

from __future__ import annotations

from bpgen.languages import cpp_lines as lines
from bpgen.languages import family
from bpgen.languages.parts import parts
from bpgen.languages.record import Breaking, Declaration, Form, Language, words
from bpgen.languages.toolchain import Toolchain
from bpgen.languages.tuple_form import TupleForm
from bpgen.languages.ways import Enclosing, Ways
from bpgen.program import expressions as at

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
STRICT = ("g++", "-std=c++17", *WARNINGS)
USES = ("-x", "c++", "-D{NAME}_MAIN")

ENCLOSING = Enclosing(
    labels=("public:", "private:"),
    main="struct Main; // what the file does when it is run",
    methods=lines.row_methods,
    rows="rows_of({})",
    no_rows="std::vector<Row<double>>{}",
    shortened=lines.shortened,
    public_types=words("Shape Arrays OnEpoch"),
    declares="{} {};",
    declared_types={"Row": lines.ROW},
    lent=lines.lent,
    local=lines.local,
    array=lines.array,
    kept=lines.returned,
    zipped=lines.zipped,
    shapes=lines.shapes,
    table=lines.table,
    as_it_is=(lines.OFF, lines.ON),
)

CPP = Language(
    name="cpp",
    title="C++",
    suffix=".hpp",
    breaking=Breaking.STATEMENTS,
    hanging=4,
    camel=False,
    reserved=words(
        """alignas alignof and and_eq asm auto bitand bitor bool break case catch char
        char16_t char32_t char8_t class co_await co_return co_yield compl concept const
        consteval constexpr constinit const_cast continue decltype default delete do
        double dynamic_cast else enum explicit export extern false float for friend goto
        if inline int long mutable namespace new noexcept not not_eq nullptr operator or
        or_eq private protected public register reinterpret_cast requires return short
        signed sizeof static static_assert static_cast struct switch template this
        thread_local throw true try typedef typeid typename union unsigned using virtual
        void volatile wchar_t while xor xor_eq NULL epoch learning_rate
        validation_loss validation_accuracy best_epoch shapes buffer_shapes
        state_shapes schedule_shapes format net_hash batch_size class_names
        categories text list"""
    ),
    names=words("""main run std batch count sample place channel i j k l m n p q r first
        interrupts interrupt told errno assert stdin stdout stderr
        min max signal unix linux"""),
    class_names=words("Generator Shape Arrays OnEpoch Row Samples Json Kept Main EOF"),
    heads={
        **family.HEADS,
        "up": "for (std::size_t {0} = {1}; {0} < {2}; {0}++)",
        "down": "for (std::size_t {0} = {2}; {0}-- > {1};)",
        "steps": "for (std::size_t {0} = {1}; {0} < {2}; {0} += {3})",
        "backwards": "for (std::size_t {0} = {1}; {0} > {2}; {0}--)",
        "each": "for (auto &&{0} : {1})",
        "each lent": "for (const auto &{0} : {1})",
        "each changed": "for (auto &&{0} : {1})",
        "each copied": "for (const {2} {0} : {1})",
        "and": "&&",
        "or": "||",
        "not": "!",
    },
    declare=dict.fromkeys(Declaration, ""),
    typed=lambda name, kind, own, is_varied: ([], f"{own} {name} = "),
    unpacking="",
    member="{}",
    number=at.number_text,
    to_number="static_cast<double>({})",
    inside="{0} < {1}",
    to_whole="static_cast<std::size_t>({})",
    text=("", "", "{}"),
    options=lambda options: [value for _, value in options],
    forms=family.with_alike(
        {
            **family.BRACES,
            **family.calls("""
                counted:counted copied:copied joined_rows:joined_rows
                sorted_wholes:sorted numbers:numbers words_of:words_of names_of:names_of
                array_names:array_names is_table:is_table is_list:is_list
                is_number:is_number json_number:json_number json_text:json_text
                json_list:json_list json_numbers:json_numbers saved_as:saved_as
                read_saved:read_saved text_of:std::to_string say:say complain:complain
                read_text:read_text is_file:is_file read_bytes:read_bytes
                parsed:parsed scientific:scientific
                is_finite:std::isfinite
                """),
            **family.calls(
                """
                filled:filled rest_of:rest_of chosen:chosen has:has item:item
                shape_of:shape_of is_among:is_among letters_at:letters_at
                larger:larger_of fixed:fixed padded:padded extend:extend cells:cells
                write_text:write_text rename:rename_file object_in:object_in
                """,
                2,
            ),
            **family.calls("part:part put:put bytes_in:bytes_in text_in:text_in", 3),
            "larger_whole": "std::max<std::size_t>({}, {})",
            "smaller_whole": "std::min<std::size_t>({}, {})",
            "joined_texts": "text({}, {})",
            "len": "{}.size()",
            "byte_count": "{}.size()",
            "rest_above": Form("{0} > {1} ? {0} - {1} : 0", at.CHOICE, at.SUM, at.SUM),
            "none": "nullptr",
            "no_table": "Json{{Json::Kind::table}}",
            "no_arrays": "Arrays{{}}",
            "json_nothing": "Json{{}}",
            "json_whole": "json_number(static_cast<double>({}))",
            "is_nothing": Form("{}.kind == Json::Kind::null", at.COMPARISON, at.ATOM),
            "is_missing": Form("{} == nullptr", at.COMPARISON, at.SUM),
            "is_silent": Form("{} == nullptr", at.COMPARISON, at.SUM),
            "is_empty": "{}.empty()",
            "quotient": Form("{} / {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "add32": Form("{} + {}", at.SUM, at.SUM, at.PRODUCT),
            "xor32": Form("{} ^ {}", at.DIFFERING_BITS, at.UNARY, at.UNARY),
            "or32": Form("{} | {}", at.BITS, at.UNARY, at.UNARY),
            "left32": Form("({} << {})", at.ATOM, at.SHIFT, at.SUM),
            "right32": Form("({} >> {})", at.ATOM, at.SHIFT, at.SUM),
            "scaled32": "scaled({}, {})",
            "as_word": "static_cast<std::uint32_t>({})",
            "word_of": "static_cast<std::uint32_t>({})",
            "whole": "static_cast<std::size_t>({})",
            "number": "static_cast<double>({})",
            "as_number": "static_cast<double>({})",
            "number_of": "{}.number",
            "items_of": "{}.items",
            "keys": "{}.names",
            "is_whole": Form("std::floor({0}) == {0}", at.COMPARISON, at.SUM),
            "copied_row": "{}",
            "append": "{}.push_back({})",
            "joined": 'joined({}, " ")',
            "spelled": 'joined({}, "")',
            "samples": "Samples{{{}, {}}}",
            "inputs_in": "{}.inputs",
            "targets_in": "{}.targets",
            "has_array": Form("{}.count({}) > 0", at.COMPARISON, at.ATOM),
            "array_of": "{}.at({})",
            "put_array": "{}[{}] = {}",
            "stops": Form("{0} && !{0}({1}, {2})", at.BOTH, at.ATOM),
            "is_interrupted": Form("interrupts != 0", at.COMPARISON),
            "unfit": "throw std::invalid_argument({})",
            "misuse": "throw std::invalid_argument({})",
            "out_of_range": "throw std::out_of_range({})",
            "too_early": "throw std::logic_error({})",
        }
    ),
    functions=family.functions(
        "std::{}({{}})", "abs cos erf exp expm1 log log1p sin sqrt tanh"
    ),
    types=lines.TYPES,
    aliases=parts("cpp", "types.hpp"),
    list_type="std::vector<{}>",
    kept=TupleForm(
        marks=("", ""),
        declares="const double",
        item="{0}->{1}",
        alias=lambda types: [],
        fields=lines.kept,
        array="std::vector<double>",
    ),
    zeros=lambda shape: f"std::vector<double>({family.size(shape)})",
    zeros_like="zeros_like({})",
    nothing="{}",
    add_row=lambda array, row, start, stop: "",
    set_row=lambda array, row, start, stop: "",
    wholes=("<double>", "<std::size_t>"),
    fill=lambda array, values, shape: f"{array} = {values}",
    fill_row=lines.fill_row,
    taken=lambda array, shape: array,
    first_taken=lambda array, shape: f"part({array}, 0, {family.size(shape)})",
    signature=lines.signature,
    doc=lines.doc,
    file_doc=("", "//", ""),
    declared=lines.field,
    constant=lines.constant,
    text_constant=("{", "}"),
    helpers=parts("cpp", "helpers.hpp", "json.hpp"),
    imports=lines.INCLUDES,
    class_head=lambda name, is_public: (
        f"{'class' if is_public else 'struct'} {name} {{"
    ),
    joins_declarations=False,
    marks_unused=True,
    static_names=(
        "inline static const std::vector<std::string> NAME = ",
        ";",
        "",
    ),
    static_categories=(
        "inline static const std::map<std::string, std::vector<std::string>> NAME = ",
        ";",
    ),
    main_name="run",
    ways=Ways(
        held="{} &",
        member=lines.member,
        static=lambda owner, name: name,
        fills_options=True,
        states_types=True,
        list_head="{}".format,
        marks="{}",
        gathered="rows_of({})",
        text=lines.text,
        nests=False,
        unpacks=False,
        enclosing=ENCLOSING,
        begin=lines.begin,
    ),
    toolchain=Toolchain(
        programs=("g++", "clang-format"),
        install="g++ 11 or later, or clang++; for the tests .ci/install-c",
        version=("g++", "--version"),
        build=(*STRICT, "-O2", *USES, "{file}", "-o", "{program}"),
        run=("{program}",),
        format=("clang-format", "--style=LLVM", "--dry-run", "--Werror", "{file}"),
        lint=(*STRICT, "-fsyntax-only", *USES, "{file}"),
    ),
)
