"""What the slope of a variable is called."""

from __future__ import annotations

from bpgen.program.nodes import Role, Variable


def gradient_of(variable: Variable) -> Variable:
    """The variable that holds dL/d`variable`, of the same shape."""
    roles = {Role.PARAMETER: Role.GRADIENT, Role.INPUT: Role.INPUT_GRADIENT}
    role = roles.get(variable.role, Role.VALUE)
    prefix = f"d{variable.prefix}"
    of = gradient_of(variable.of) if variable.of else None
    name, letters = f"d{variable.name}", variable.letters
    return Variable(name, role, prefix, variable.labels, letters, of=of)
