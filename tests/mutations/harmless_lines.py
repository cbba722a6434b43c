"""Changes of a line, in languages that are not Python, that change no number; and those
that no file's own `--check` comes to: by name, each with its why.

A name is `line before -> line after`; the patterns match a whole name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HARMLESS: Mapping[str, str] = {
    r".*count > 1\.0.* -> .*count >(= 1|  ?2)\.0.*": "the mean of one sample",
    r"(\w+ )*loss(es)?(: f64)? :?= 0\.0;? -> .*": "set before it is read",
    r".*4294967296.*": "in one draw of a thousand million",
    r"return 0\.0; -> .*": "after an error, which is what the caller gets",
    r".*\btogether\b.*": "how many epochs go in one go changes no number",
    r".* > largest\b.* -> .* >= largest\b.*": "no two of a window are the same",
    r".*largest(O|_o)( :)? ?= .*": "softmax is the same whatever is taken off",
    r"([\w:]+ )*winner\w* :?= .*": "the first of a window always wins against nothing",
    r"(\w+ )*largest( :|: f64)? ?= -.*": "the least of all, or still less",
    r"(\w+ )*da\d :?= da_?[hH]\[\d\].*": "all are 0 before it",
    r"z(O|_o)\[0\] = z\d.*": "nobody reads it after the loss",
    r"(if \(?)?d?z(C|_c)\[f \* 16 .*": "nor has it a slope: the pool did not choose it",
    r"if \(row >= 0 && row < (4|INPUT_HEIGHT)\).*": "beyond an array is nowhere",
    r"(const|final) (a|z|e|dz)[A-Z] = _?learn\w+\.\.?fill.*": "all of it is written, "
    "then read",
    r"(let mut )?\w+ = vec!\[0\.0; .*": "all of it is written before it is read",
    r"(@w_\w+|da_o|(a|e|d?z|mean|variance|d?centered|mask)_\w+) = Array\.new\(.*": "so"
    " is this",
    r"da_h = Array\.new\(batch\).*": "the same",
    r"@running_var_\w+ = Array\.new\(.*": "set twice; once is enough",
    r"this\.weights\.w_\w+ = vec!\[0\.0; .* -> .*": "drawn or set before it is read",
    r"int\[\] \w+ = new int\[\d+\]; -> .*": "longer than what is read",
    r"if \(?x >= 0\.0\)? \{ -> if \(?x >=? [01]\.0\)? \{": "both forms are right",
    r"return .* if x >= 0\.0 -> return .* if x >=? [01]\.0": "the same",
    r"(if|return) \(?(\w) > (\w)\b.* -> \1 \(?\2 >= \3\b.*": "of equals either one",
    r"return y if y > x -> .*|other > one .* -> other >= one .*": "the same",
    r"self->(step|beta\d_power) = [01]\.0; -> .*": "set twice; once is enough",
    r".* = drawn_?[vV]alue < .* -> .*<= .*": "no draw is just that",
    r"(const double )?slope3\d :?= .* -> .* - dz_?[fF]_?[mM]\[i\];?": "nothing is "
    "there to be forgotten at the first step",
    r"0\.0 \+ dz_?[fFgG].* -> .*( - dz\w+ \* h_?[mM]\[j\]| / x4);": "nor is anything "
    "remembered",
    r"if \(?u > 1e-12\)? \{ -> if \(?u >= 1e-12\)? \{": "of equals either one",
    r"dz_i3 = dz_i_m\[0\]\[i\] -> .*": "the same",
    r"array\[start \+ i\] \+= more\[i\]; -> array\[.*": "nobody calls it in loops",
}
# What changes numbers, but none that a file's own `--check` comes to.
UNSEEN: Mapping[str, str] = {
    r"largest = a_c\[.* -> .*y \* 2 - i.*": "of these samples the same ones win",
    r"dzC\[f\*16\+y\*4\] = .* -> dzC\[f/16.*": "none of them there",
    r"return -100\.0;? -> .*": "the logarithm of 0, which no probability is",
    r"if \(?x <= 3\.720075976020836e-44\)? \{ -> .*": "the same",
    r"return \(o - t\) \* 1000000000000\.0;? -> .*": "its slope",
    r"(dx\[.* \+= )?dz_?[hH]\[sample.* w_?[hH]\[.* -> .*": "batch_norm makes the "
    "slopes of the inputs of a batch of one 0",
    r"dz_?[hH]\[sample .*\] = dz; -> .*": "what they are made of",
    r"double dh2 = dh_m\[.* -> .*\[t [*/] 2 [-+] 1\];": "one 0 for another",
    r"(double \*\w+ = )?net_(whole_)?zeros\(.* -> .* / .*": "too little room, "
    "which a sanitizer tells",
    r"if \(y \+ i - 1 >= 0 && .* -> if \(y \+ i \+ 1 >= 0 && .*": "0 stands before "
    "an array, too; the same",
}


def is_harmless(change: str) -> bool:
    """Whether a change is known to change no number."""
    return any(re.fullmatch(pattern, change) for pattern in HARMLESS)


def is_unseen(change: str) -> bool:
    """Whether it is known why a file's own check does not notice a change."""
    return any(re.fullmatch(pattern, change) for pattern in UNSEEN)
