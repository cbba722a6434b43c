"""Rules, which are written in a few commands of TeX, as MathML and as plain text.

In: TeX such as `\\frac{\\partial L}{\\partial z}`. LaTeX takes it as it is; here are
the two other forms, from one reading of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|[A-Za-z]\d*|\S")
WORD = re.compile(r"\\(text|mathrm)\{([^{}]*)\}")
SIGNS = {
    "partial": "\u2202",
    "sum": "\u2211",
    "cdot": "\u00b7",
    "odot": "\u2299",
    "sigma": "\u03c3",
    "delta": "\u03b4",
    "beta": "\u03b2",
    "epsilon": "\u03b5",
    "eta": "\u03b7",
    "le": "\u2264",
    "ge": "\u2265",
    "ne": "\u2260",
    "to": "\u2192",
    "top": "\u22a4",
    "infty": "\u221e",
    "ldots": "\u2026",
}
LETTERS = {"sigma", "delta", "beta", "epsilon", "eta", "partial", "infty", "top"}
FUNCTIONS = {"log", "exp", "tanh", "max", "min", "sin", "cos"}
NO_BREAK = "\u00a0"  # other spaces at the ends of a text are dropped
SPACES = {"quad": "\u2003", ",": "\u2009", ";": "\u2005", " ": " "}


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula: a row of parts, a fraction, a letter with an index ..."""

    kind: str
    text: str = ""
    parts: tuple[Node, ...] = ()


EMPTY = Node("row")


def parse(tex: str) -> Node:
    """The formula as a tree."""
    words: list[Node] = []

    def keep(found: re.Match[str]) -> str:
        kind = "text" if found[1] == "text" else "name"
        words.append(Node(kind, found[2].replace("\\_", "_")))
        return f"\\word{chr(0xE000 + len(words) - 1)}"

    tokens = TOKEN.findall(WORD.sub(keep, tex))
    return _row(tokens, words)


def _row(tokens: list[str], words: list[Node]) -> Node:
    """The parts up to the end, or to the brace that closes."""
    parts: list[Node] = []
    while tokens and tokens[0] != "}":
        token = tokens.pop(0)
        if token in "_^":
            index = _one(tokens, words)
            base = parts.pop() if parts else EMPTY
            at = 1 if token == "_" else 2
            is_script = base.kind == "script"
            found = list(base.parts) if is_script else [base, EMPTY, EMPTY]
            found[at] = index
            parts.append(Node("script", parts=tuple(found)))
        else:
            tokens.insert(0, token)
            parts.append(_one(tokens, words))
    return parts[0] if len(parts) == 1 else Node("row", parts=tuple(parts))


def _one(tokens: list[str], words: list[Node]) -> Node:
    token = tokens.pop(0)
    if token == "{":
        found = _row(tokens, words)
        tokens.pop(0)
        return found
    if not token.startswith("\\"):
        kind = "number" if token[0].isdigit() else "letter"
        return Node(kind if token[0].isalnum() else "sign", token)
    name = token[1:]
    if name == "word":
        return words[ord(tokens.pop(0)) - 0xE000]
    if name in ("frac", "sqrt"):
        count = 2 if name == "frac" else 1
        return Node(name, parts=tuple(_one(tokens, words) for _ in range(count)))
    if name in ("left", "right"):
        return Node("sign", tokens.pop(0))
    if name in SPACES:
        return Node("space", SPACES[name])
    if name in FUNCTIONS:
        return Node("name", name)
    return Node("letter" if name in LETTERS else "sign", SIGNS.get(name, name))


# --- MathML -----------------------------------------------------------------------


def mathml(tex: str) -> str:
    """The formula for a page."""
    whole = parse(tex)
    parts = whole.parts if whole.kind == "row" else (whole,)
    return f"<math>{''.join(map(_element, parts))}</math>"


def _element(node: Node) -> str:
    inner = [_element(part) for part in node.parts]
    match node.kind:
        case "row":
            return inner[0] if len(inner) == 1 else f"<mrow>{''.join(inner)}</mrow>"
        case "frac":
            return f"<mfrac>{''.join(inner)}</mfrac>"
        case "sqrt":
            return f"<msqrt>{inner[0]}</msqrt>"
        case "script":
            return _script(node, inner)
        case "number":
            return f"<mn>{node.text}</mn>"
        case "letter":
            return f"<mi>{node.text}</mi>"
        case "name":
            text = escape(node.text.replace("_", SPACES[","]))
            upright = ' mathvariant="normal"' if len(node.text) == 1 else ""
            return f"<mi{upright}>{text}</mi>"  # several letters are upright anyway
        case "text":
            return f"<mtext>{escape(node.text).replace(' ', NO_BREAK)}</mtext>"
        case "space":
            return '<mspace width="0.8em"/>' if node.text == SPACES["quad"] else ""
    return f"<mo>{escape(node.text.replace('-', chr(0x2212)))}</mo>"


def _script(node: Node, inner: list[str]) -> str:
    base, lower, upper = node.parts
    is_sum = base.text == SIGNS["sum"]
    under, over = ("munder", "mover") if is_sum else ("msub", "msup")
    if lower != EMPTY and upper != EMPTY:
        name = "munderover" if is_sum else "msubsup"
        return f"<{name}>{''.join(inner)}</{name}>"
    name, other = (under, inner[1]) if lower != EMPTY else (over, inner[2])
    return f"<{name}>{inner[0]}{other}</{name}>"


# --- Plain text -------------------------------------------------------------------

SPACED = {"=", "+", "\u00b7", "\u2299", "\u2192", "<", ">", "\u2264", "\u2265"}


def plain(tex: str) -> str:
    """The formula in a line of text."""
    return re.sub(r" +", " ", _plain(parse(tex))).strip()


def _plain(node: Node) -> str:
    match node.kind:
        case "row":
            return _row_text(node.parts)
        case "frac":
            over, under = map(_plain, node.parts)
            return f"{_grouped(over)}/{_grouped(under)}"
        case "sqrt":
            return f"sqrt({_plain(node.parts[0])})"
        case "script":
            return _script_text(node)
        case "space":
            return "  "
    return node.text


def _row_text(parts: tuple[Node, ...]) -> str:
    found, last = "", EMPTY
    for part in parts:
        text = _plain(part)
        is_minus = part.text == "-" and part.kind == "sign"
        is_open = last.kind == "sign" and last.text in ("(", "=", ",")
        begins = not found or is_open or _is_sum(last)
        if (part.kind == "sign" and part.text in SPACED) or (is_minus and not begins):
            text = f" {text} "
        elif part.kind == "sign" and part.text == ",":
            text = ", "
        elif _touches(last, part):
            text = f" {text}"
        found, last = found + text, part
    return found


def _touches(last: Node, part: Node) -> bool:
    """Whether two parts without a sign between them need a space."""
    if last.text == SIGNS["partial"]:
        return False
    if last.kind in ("text", "name") and part.kind in ("letter", "script", "name"):
        return True
    is_bracket = part.kind == "script" and part.parts[0].kind == "sign"
    if is_bracket and not _is_sum(part):
        return False
    letters = ("letter", "script", "frac", "name", "text")
    if _is_sum(last) or part.kind == "text":
        return part.kind in letters
    is_letter = last.kind in letters and last.text != SIGNS["partial"]
    return is_letter and part.kind in letters


def _is_sum(node: Node) -> bool:
    """Whether a part is a sum sign, with or without what it runs over."""
    sign = node.parts[0] if node.kind == "script" else node
    return sign.text == SIGNS["sum"]


def _script_text(node: Node) -> str:
    base, lower, upper = node.parts
    found = _plain(base)
    if lower != EMPTY:
        text = _plain(lower)
        text = text.replace(" ", "") if text.replace(" ", "").isalnum() else text
        found += f"_{text}" if re.fullmatch(r"\w+", text) else f"_({text})"
    if upper != EMPTY:
        text = _plain(upper)
        found += f"^{text}" if re.fullmatch(r"\w+", text) else f"^({text})"
    return found


def _grouped(text: str) -> str:
    """What stands over or under a stroke: in parentheses if it is a sum or product."""
    plain_signs = rf"{SIGNS['partial']}?[\w^_(),\[\]{SIGNS['delta']}]+"
    if re.fullmatch(plain_signs, text) or re.fullmatch(r"[\w.]+", text):
        return text
    return f"({text})"
