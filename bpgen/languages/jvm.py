"""What the languages of the Java virtual machine have in common.

Both spell members alike, so that callers find the same ones, and compute with the same
functions, so that they print the same digits.
"""

from __future__ import annotations

from bpgen.languages.record import words
from bpgen.program.speed import Speed

SPELLED = {"_load_all": "loadJson", "_load_parameters": "loadParameters"}
# What does the same as a public one, to what has been looked at.
UNCHECKED = words("_forward _loss _backward _predict _train_step _batch_gradients")
PUBLIC_FIELDS = words("epoch learningRate validationLoss validationAccuracy bestEpoch")
# HotSpot writes out rounds itself, compiles no method of over 8,000 bytes, and takes
# many seconds for one that is half as long: warm, the steps of W5 to W7 (see bench), of
# 64 to 141 statements, are 1.4 to 8 times as fast in several methods; W3's is not.
SPEED = Speed(rounds=2, rows_at_once=2, statements=16, copies=2, held=24, step=40)


def member(name: str, joint: str = "_") -> str:
    """A field or a method; those that are not checked say so."""
    first, *others = name.lstrip("_").split("_")
    found = first
    for part in others:
        keeps = found[-1:].isdigit() and part[:1].isdigit()
        found += joint + part if keeps else part[:1].upper() + part[1:]
    own = f"{found}Unchecked" if name in UNCHECKED else found
    return SPELLED.get(name, own)


def is_public(name: str) -> bool:
    """Whether callers use a method, by its name in the routines."""
    return name in SPELLED or not name.startswith("_") or name == "__init__"
