"""Rust: notation, types, refusals as results, how to run and check a file.

Who owns what, and who only borrows it, is said by `writing.owning_routines`; here stand
the words.
"""

from __future__ import annotations

from bpgen.languages import family
from bpgen.languages import rust_lines as lines
from bpgen.languages.parts import parts
from bpgen.languages.record import (
    Breaking,
    Declaration,
    Form,
    Language,
    words,
)
from bpgen.languages.rust_changes import marked, mutating_in
from bpgen.languages.rust_format import MOST, MOST_CHOICE, finish
from bpgen.languages.toolchain import Toolchain
from bpgen.languages.tuple_form import TupleForm
from bpgen.languages.ways import Owning, Refusals, Ways
from bpgen.program import expressions as at
from bpgen.program.expressions import number_text

# What clippy would have otherwise, and what the same routines are in all languages.
LINTS = (
    *("approx_constant", "assign_op_pattern", "collapsible_if"),
    *("eq_op", "excessive_precision", "field_reassign_with_default"),
    *("format_push_string", "identity_op"),
    *("let_and_return", "manual_clamp", "manual_is_multiple_of", "manual_memcpy"),
    *("manual_range_contains", "manual_rotate", "manual_swap", "modulo_one"),
    *("needless_late_init", "needless_range_loop", "neg_cmp_op_on_partial_ord"),
    *("neg_multiply", "new_without_default", "nonminimal_bool"),
    *("panicking_overflow_checks", "reversed_empty_ranges", "self_assignment"),
    *("should_implement_trait", "too_many_arguments", "type_complexity", "useless_vec"),
)


RESERVED = words(
    """abstract as async await become box break const continue crate do dyn else
    enum extern false final fn for gen if impl in let loop macro match mod move mut
    override priv pub ref return self Self static struct super trait true try type
    typeof union unsafe unsized use virtual where while yield
    usize isize u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 bool char str String Vec
    Option Some None Result Ok Err Box std core alloc"""
)

REFUSALS = Refusals(
    result=lambda kind: f"Result<{kind or '()'}, Error>",
    attempt=lambda name, call, nothing: [
        f"let {name} = {call}?;" if name not in ("", "_") else f"{call}?;"
    ],
    returned="return Ok({});",
    done="return Ok(());",
    refused=lambda nothing, message: f"return Err({message});",
    nothing=lambda kind: "",
)

RUST = Language(
    name="rust",
    title="Rust",
    suffix=".rs",
    width=lines.WIDTH,
    indent=lines.STEP,
    breaking=Breaking.STATEMENTS,
    hanging=lines.STEP,
    camel=False,
    hides=False,
    loud_constants=True,
    reserved=RESERVED,
    names=words(
        """main run this kept fmt zip error on_epoch flags generator weights slopes
        memories batch count sample place channel i j k l m n p q r"""
    ),
    class_names=words(
        """Error Shape Arrays OnEpoch Samples Rows Table Json Kept Weights Slopes
        Memories Generator Reader BTreeMap Clone Debug Default PartialEq Copy Drop Fn
        FnMut FnOnce From
        Into Iterator Send Sync Sized ToString AsRef AsMut Eq Ord Hash Extend"""
    ),
    modules=RESERVED | words("lib main mod core std alloc test proc_macro"),
    heads={
        "if": "if {}",
        "else if": "else if {}",
        "else": "else",
        "up": "for {0} in {1}..{2}",
        "down": "for {0} in ({1}..{2}).rev()",
        "steps": "for {0} in ({1}..{2}).step_by({3})",
        "backwards": "for {0} in ({2} + 1..={1}).rev()",
        "and": "&&",
        "or": "||",
        "not": "!",
    },
    unused="_",
    marks_unused=True,
    declare={
        Declaration.FIXED: "let {} =",
        Declaration.CONSTANT: "let {} =",
        Declaration.VARIED: "let mut {} =",
        Declaration.LATER: "let mut {}: f64;",
        Declaration.LATER_FIXED: "let {}: f64;",
    },
    typed=lambda name, kind, own, is_varied: ([], f"let {name}: {own} = "),
    unpacking="let {} =",
    member="self.{}",
    this="self",
    number=number_text,
    select="if {condition} {{ {then} }} else {{ {otherwise} }}",
    then=at.CHOICE,
    otherwise=at.CHOICE,
    inside="{0} < {1}",
    to_number="(({}) as f64)",
    to_whole="{} as usize",
    text=("", "", "{}"),
    options=lambda options: [value for _, value in options],
    forms=family.with_alike(
        {
            **family.BRACES,
            **family.calls("""
                counted:counted sorted_wholes:sorted numbers:numbers words_of:words_of
                copied:copied joined_rows:joined_rows names_of:names_of parsed:parsed
                is_table:is_table is_list:is_list is_number:is_number
                table_of:table_of items_of:items_of number_of:number_of keys:keys
                json_numbers:json_numbers json_words:json_words
                json_number:Json::Number json_text:Json::Text json_list:Json::List
                json_table:Json::Table saved_as:saved_as read_saved:read_saved
                array_names:array_names scientific:scientific read_text:read_text
                is_file:is_file read_bytes:read_bytes
                """),
            **family.calls(
                """
                chosen:chosen has:has item:item shape_of:shape_of is_among:is_among
                letters_at:letters_at is_text:is_text larger:larger_of fixed:fixed
                write_text:write_text rename:rename cells:cells object_in:object_in
                """,
                2,
            ),
            **family.calls(
                "part:part put:put stops:stops bytes_in:bytes_in text_in:text_in", 3
            ),
            "none": "None",
            "no_table": "Table::new()",
            "no_arrays": "Arrays::new()",
            "json_nothing": "Json::Null",
            "json_whole": "Json::Number({} as f64)",
            "is_interrupted": "false",
            "is_nothing": Form("*{} == Json::Null", at.COMPARISON, at.SUM),
            "len": "{}.len()",
            "byte_count": "{}.len()",
            "is_empty": "{}.is_empty()",
            "is_missing": "{}.is_none()",
            "is_silent": "{}.is_none()",
            "filled": "vec![{1}; {0}]",
            "rest_of": "{}[{}..].to_vec()",
            "copied_row": "{}.to_vec()",
            "append": "{}.push({})",
            "extend": "{}.extend({})",
            "quotient": Form("{} / {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "rest": Form("{} % {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "add32": Form("{}.wrapping_add({})", at.ATOM, at.ATOM, at.CHOICE),
            "xor32": Form("{} ^ {}", at.SUM, at.ATOM, at.ATOM),
            "or32": Form("{} | {}", at.SUM, at.ATOM, at.ATOM),
            "left32": Form("{} << {}", at.PRODUCT, at.ATOM, at.ATOM),
            "right32": Form("{} >> {}", at.PRODUCT, at.ATOM, at.ATOM),
            "share32": Form("f64::from({}) / 4294967296.0", at.PRODUCT),
            "scaled32": Form(
                "((u64::from({}) * {} as u64) >> 32) as usize",
                at.COMPARISON,
                0,
                at.ATOM,
            ),
            "modulo32": Form("{} as usize % {}", at.PRODUCT, at.ATOM, at.UNARY),
            "largest_word": "0xFFFFFFFF",
            "as_word": Form("{} as u32", at.COMPARISON, at.ATOM),
            "word_of": Form("{} as u32", at.COMPARISON, at.ATOM),
            "whole": Form("{} as usize", at.COMPARISON, at.ATOM),
            "number": Form("{} as f64", at.COMPARISON, at.ATOM),
            "as_number": Form("{} as f64", at.COMPARISON, at.ATOM),
            "larger_whole": Form("{}.max({})", at.ATOM, at.ATOM),
            "smaller_whole": Form("{}.min({})", at.ATOM, at.ATOM),
            "is_whole": Form("f64::floor({0}) == {0}", at.COMPARISON, at.SUM),
            "is_finite": Form("{}.is_finite()", at.ATOM, at.ATOM),
            "text_of": Form("{}.to_string()", at.ATOM, at.ATOM),
            "padded": lines.padded,
            "joined": '{}.join(" ")',
            "spelled": "{}.concat()",
            "samples": "samples({}, {})",
            "inputs_in": "{}.inputs",
            "targets_in": "{}.targets",
            "has_array": "{}.contains_key({})",
            "array_of": "{}[{}]",
            "put_array": "{}.insert({}, {})",
            "saved_text": "{}",
            "text_saved": "{}",
            "say": "say({})",
            "plain_say": lambda text: lines.line("println", text),
            "complain": lambda text: lines.line("eprintln", text),
            "attempted": "{}?",
            "unfit": "unfit({})",
            "misuse": "unfit({})",
            "out_of_range": "unfit({})",
            "too_early": "too_early({})",
        }
    ),
    functions=family.functions("f64::{}({{}})", "abs cos exp sin sqrt tanh")
    | {
        "expm1": "f64::exp_m1({})",
        "log": "f64::ln({})",
        "log1p": "f64::ln_1p({})",
    },
    types=lines.TYPES,
    aliases=parts("rust", "types.rs"),
    list_type="Vec<{}>",
    kept=TupleForm(
        marks=("{", "}"),
        item="{0}.{1}",
        alias=lambda types: [],
        fields=lines.kept,
        array="Vec<f64>",
    ),
    zeros=lambda shape: f"vec![0.0; {family.size(shape)}]",
    zeros_like="Rows::like(&{})",
    nothing="vec![]",
    add_row=lambda array, row, start, stop: f"add(&mut {array}, {start}, &{{}})",
    set_row=lambda array, row, start, stop: f"set_at(&mut {array}, {start}, &{{}})",
    wholes=("0.0", "0"),
    fill=lambda array, values, shape: f"{array} = {values}",
    fill_row=lines.fill_row,
    taken=lambda array, shape: f"{array}.to_vec()",
    first_taken=lambda array, shape: (f"{array}[..{family.size(shape)}].to_vec()"),
    signature=lines.signature,
    doc=lines.doc,
    file_doc=("", "//", ""),
    declared=lines.field,
    constant=lines.constant,
    text_constant=('"', '"'),
    helpers=parts("rust", "helpers.rs", "json.rs"),
    imports={
        "use std::collections::BTreeMap;": "BTreeMap",
        "use std::fmt;": "fmt::",
        "use std::iter::zip;": "zip",
    },
    class_head=lambda name, is_public: (
        f"#[derive(Clone, Debug, Default)]\n{'pub ' * is_public}struct {name} {{"
    ),
    joins_declarations=False,
    static_names=("pub const NAME: &[&str] = &", ";", ""),
    main_name="run",
    ways=Ways(
        starts_fields=True,
        methods_apart=True,
        made="{}::new".format,
        held="&mut {}",
        empty=words("0 0.0 false None vec![]") | {"String::new()"},
        constructor=(("let mut this = Self::default();",), ("return this;",)),
        member=lines.member,
        static=lambda owner, name: name.upper(),
        fills_options=True,
        own_option=lines.own_option,
        states_types=True,
        list_head="vec!".format,
        shape=lines.shape,
        text=lines.text,
        nests=False,
        unpacks=False,
        most_inside=(MOST_CHOICE, MOST),
        refusals=REFUSALS,
        finish=finish,
        owning=Owning(
            lent="&{}",
            wraps="usize::wrapping_sub({}, {})",
            remembered=(
                "let kept = self.kept.clone();",
                'return kept.ok_or_else(|| too_early("call forward first"));',
            ),
            changing=mutating_in,
            marked=marked,
            within="({1}..{2}).contains(&({0}))".format,
            zipped=lines.zipped,
            table=lines.table,
            lints=LINTS,
            kept=lines.returned,
        ),
    ),
    toolchain=Toolchain(
        programs=("rustc", "rustfmt"),
        install="Rust 1.63 or later; for the tests .ci/install-rust",
        version=("rustc", "--version"),
        build=(
            "rustc",
            "--edition",
            "2021",
            "-O",
            "-D",
            "warnings",
            "{file}",
            "-o",
            "{program}",
        ),
        run=("{program}",),
        format=("rustfmt", "--edition", "2021", "--check", "{file}"),
        lint=(
            "clippy-driver",
            "--edition",
            "2021",
            "-D",
            "warnings",
            "--emit=metadata",
            "-o",
            "{program}",
            "{file}",
        ),
    ),
)
