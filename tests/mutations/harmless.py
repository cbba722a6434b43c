"""What changes a file and no number that anybody can see, by name, each with its why.

A name is `function: line before -> line after`; the patterns match a whole name.
"""

from __future__ import annotations

import re

# An array of zeros, or as it is after a change.
ARRAY = r"(\w+ = )?\[+[01](\.0)?\] \* \(?\w+.*"

HARMLESS: tuple[tuple[str, str, str], ...] = (
    # of which forms, what, why
    (
        ".*",
        rf".*: (self\.)?{ARRAY} -> (self\.)?{ARRAY}",
        "longer than what is read, or all of it is written before it is read",
    ),
    (
        ".*",
        r".*: if count > 1\.0: -> if count >= 1\.0:",
        "the mean of one sample divides by 1",
    ),
    (
        ".*",
        r".*: self\._backward(_rows)?\(.*, False\) -> .*True\)",
        "computes the slopes of the inputs, too, and nobody takes them",
    ),
    (".*", r".*: loss(es)? = 0\.0 -> loss(es)? = 1\.0", "is set before it is read"),
    (".*", r".*: together = .*", "how many epochs go in one go changes no number"),
    (
        ".*",
        r".*: (.*) // 4294967296 -> \1 // 4294967297",
        "another place in one draw of a thousand million",
    ),
    (
        ".*",
        r"_sigmoid: if x >= 0\.0: -> if x >=? [01]\.0:",
        "both forms are right; they differ where exp overflows",
    ),
    (".*", r"_larger: if y > x: -> if y >= x:", "of equals either one"),
    (
        "images.*",
        r"the sizes: _C_HEIGHT = 4 -> .*",
        "one row more, which nobody reads",
    ),
    (
        "images.*",
        r"Net\._(forward|learn\w*): winner = .*",
        "the first number of a window is always larger than the least of all",
    ),
    (
        "images.*",
        r"Net\._(forward|learn\w*): if (.*) > largest: -> if \2 >= largest:",
        "no two numbers of a window are equal in these samples",
    ),
    (
        "images.*",
        r"Net\.\w+: .*0\.0 if .* <= 0\.0.* -> .*0\.0 if .* < 0\.0.*",
        "no z is 0 in these samples",
    ),
    (
        "images.*",
        r"Net\._learn_batch: da_p\[c\]\[y\]\[:\] = \(da1 .* -> .* = \(da2 .*",
        "both are 0 before it",
    ),
    (".*", r"_relu: if x <= 0\.0: -> if x < 0\.0:", "0 either way"),
    (
        "lstm.*",
        r"_(clamped_log|binary_cross_entropy_derivative): (if|return) .*",
        "no probability is so near to 0 or 1 in these samples",
    ),
    (
        "lstm.*",
        r"Net\._learn_part: .*dz_f_i3.* -> .*",
        "the cell before the first step is 0, and so is the forget gate's slope there",
    ),
    (
        "lstm.*",
        r"Net\._learn_part: dz_\w_m\[0\]\)\): -> dz_\w_m\[1\]\)\):",
        "they are multiplied by the state before the first step, which is 0",
    ),
    (
        "lstm.*",
        r"Net\._learn_part: dh1, dh2 = dh_m\[t\] -> dh1, dh2 = dh_m\[0\]",
        "both are 0 at this place",
    ),
    (
        ".*",
        r"Net\._learn_part: (fast = len\(some\)) - 1 -> \1 - 2",
        "one batch more goes the plain way, which gives the same",
    ),
    (
        "lstm.*",
        r"Net\._learn_part: row6\[i\] = dc1 -> row[67]\[[i0]\] = dc1",
        "nobody reads it afterwards",
    ),
    (
        "lstm.*",
        r"Net\._learn_part: (.*)dz_\w3 \* h_j3 -> .*",
        "the state before the first step is 0",
    ),
    (
        "classes.*",
        r".*: largest_o = .*",
        "softmax is the same whatever is taken off; it is for large numbers",
    ),
    (
        "batch_norm.*",
        r".*: (mask = 0\.0 if drawn_value) < 0\.3 (.*) -> \1 <= 0\.3 \2",
        "no draw is 0.3",
    ),
    (
        "batch_norm.*",
        r"Net\._backward_rows: (dx|dz_h)\[.*",
        "of one sample alone nothing goes back through batch_norm",
    ),
    ("lstm.*", r"Net\.__init__: w\[i\] = .* -> w\[0\] = .*", "rows of one number"),
    (
        "lstm.*",
        r".*\[i \+ (4|2 \* _M_UNITS)\].* -> .*\[i - (4|2 \* _M_UNITS)\].*",
        "from the end of four times the units it is the same place",
    ),
)

# What changes numbers, but none that a file's own `--check` comes to.
UNSEEN: tuple[tuple[str, str, str], ...] = (
    (
        ".*",
        r"Net\.(train|_train_plainly): if on_epoch is not None and .* -> .*",
        "nobody is told of the epochs",
    ),
    (
        "xor, unrolled",
        r"Net\._train_plainly: (if not math\.isfinite|(some|together) = ).* -> .*",
        "shows after a thousand samples in one call",
    ),
    (
        "xor, loops",
        r"Net\._learn_part: losses \+= self\._train_step\(.*\[targets\[0\]\]\)",
        "the last sample of these epochs has the targets of the first one",
    ),
    (
        "images.*",
        r"Net\._learn_batch: largest = .* -> .*\[y \* 2 - i\].*",
        "the window that is read so has no larger number in the samples replayed",
    ),
    (
        "batch_norm.*",
        r"Net\.(_backward_rows|backward): .*(if to_inputs:|\[row\], False\))",
        "of one sample alone nothing goes back through batch_norm",
    ),
)


def is_unseen(form: str, name: str) -> bool:
    """Whether it is known why a form's own check does not notice a change."""
    return any(
        re.fullmatch(forms, form) and re.fullmatch(pattern, name)
        for forms, pattern, _ in UNSEEN
    )


def is_harmless(form: str, name: str) -> bool:
    """Whether a change of a form is known to change no number."""
    return any(
        re.fullmatch(forms, form) and re.fullmatch(pattern, name)
        for forms, pattern, _ in HARMLESS
    )
