"""`bpgen audit`: right programs pass, wrong ones hear why, others one clear line."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from running.tiers import wide_but
from running.tools import ROOT, Result, bpgen, dart

from bpgen.auditing.kinds import KINDS

EXAMPLES = ROOT / "examples"
AUDITS = EXAMPLES / "audit"
PYTHON = shlex.quote(sys.executable)


def audit(command: str, net: str, *options: str) -> Result:
    """The command line on one of the examples."""
    return bpgen("audit", "--cmd", command, *options, str(EXAMPLES / f"{net}.yaml"))


def in_python(name: str) -> str:
    """What starts one of the examples."""
    return f"{PYTHON} {shlex.quote(str(AUDITS / name))}.py"


# Programs that are there to read ------------------------------------------------


@pytest.mark.parametrize("name", ["xor", "mazur"])
def test_a_right_program_passes(name: str) -> None:
    result = audit(in_python(name), name)
    assert (result.code, result.err) == (0, "")
    assert "WRONG" not in result.out
    assert result.out.count("right") == 4


# What the programs have wrong, and where.
WRONG = {
    "xor_derivative": (
        "xor",
        "h.weight and h.bias: off by the factor a * (1 - a): the activation's "
        "derivative is missing (layer h)",
    ),
    "mazur_updated": ("mazur", "h.weight and o.weight: uses updated weights"),
    "iris_sum": ("iris", "o.weight and o.bias: sum instead of mean"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_program_hears_the_cause(name: str) -> None:
    net, cause = WRONG[name]
    result = audit(in_python(name), net)
    assert (result.code, result.err) == (1, "")
    assert result.out.count("likely cause") == 1
    assert cause in result.out


def test_the_figure_of_mazur_is_that_of_updated_weights() -> None:
    result = audit(in_python("mazur_updated"), "mazur")
    assert "step 2: 0.291027923905, 0.291027773694" in result.out


@pytest.mark.slow
@pytest.mark.parametrize("way", ["", "transposed"])
def test_a_program_may_be_in_dart(way: str) -> None:
    command = f"{dart()} run {shlex.quote(str(AUDITS / 'xor.dart'))} {way}"
    result = audit(command, "xor")
    assert result.code == bool(way), result.err
    found = "h.weight: transposed: the gradient's rows and columns" in result.out
    assert found == bool(way)


# Mistakes on top of a right program ---------------------------------------------

# One line that spoils the right program, for each of some mistakes, and its cause.
SPOILED = {
    "no bias": ("g['h.bias'] = [0.0] * 3", "h.bias: the bias gradient is missing"),
    "no bias at all": ("del g['h.bias']", "h.bias: the bias gradient is missing"),
    "sign": ("g = add(g, g, -2.0)", "the sign is wrong"),
    "twice": ("g = add(g, g, 1.0)", "twice as large"),
    "sum": ("g = add(g, g, len(inputs) - 1.0)", "sum instead of mean"),
    "deltas alone": (
        "g['o.weight'] = [g['o.bias'] * 3]",
        "o.weight: the weight's gradient is the delta alone",
    ),
    "two": (
        "g = add(g, g, 1.0); g['o.bias'] = [0.0]",
        "twice as large",
    ),
    "nobody knows": ("g['h.bias'][1] += 0.5", "none of the known mistakes gives"),
}
SPOILER = """\
import sys
sys.path.insert(0, {folder!r})
from answers import serve
from xor import Xor, add

class Wrong(Xor):
    def gradients(self, inputs, targets):
        loss, g = super().gradients(inputs, targets)
        {line}
        return loss, g

    def step(self, inputs, targets):
        loss, g = Xor.gradients(self, inputs, targets)
        for name in self.p:
            self.p[name] = add(self.p[name], g[name], -self.rate)
        return loss, self.p

serve(Wrong())
"""


def program(tmp_path: Path, text: str) -> str:
    """What starts a program of that text."""
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    return f"{PYTHON} {shlex.quote(str(path))}"


@pytest.mark.parametrize("what", SPOILED)
def test_known_mistakes_are_found_in_what_a_program_answers(
    what: str, tmp_path: Path
) -> None:
    line, cause = SPOILED[what]
    text = SPOILER.format(folder=str(AUDITS), line=line)
    result = audit(program(tmp_path, text), "xor")
    assert (result.code, result.err) == (1, "")
    assert cause in result.out, result.out


def test_what_is_wrong_is_told_to_programs_too() -> None:
    result = audit(in_python("xor_derivative"), "xor", "--json")
    assert result.code == 1
    told = json.loads(result.out)
    states = {each["quantity"]: each["passed"] for each in told["quantities"]}
    expected = {"outputs": True, "loss": True, "gradients": False, "steps": False}
    assert states == expected and not told["passed"]
    gradients, steps = told["quantities"][2:]
    (cause,) = gradients["causes"]
    assert cause["names"] == ["h.weight", "h.bias"]
    assert cause["mistakes"][0]["kind"] == "derivative_missing"
    assert cause["mistakes"][0]["layers"] == ["h"]
    assert steps["follows"] and steps["causes"] is None


def test_a_tolerance_lets_smaller_errors_pass() -> None:
    command = in_python("mazur_updated")
    assert audit(command, "mazur", "--tolerance", "0.5").code == 0


# Programs that offer less -------------------------------------------------------

LESS = """\
import sys
sys.path.insert(0, {folder!r})
import answers, json
from xor import Xor

class Less(Xor):
    pass

lines = iter(sys.stdin)
net = Xor()
for line in lines:
    asked = json.loads(line)
    if asked["call"] in {missing!r}:
        print('{{"unsupported": true}}', flush=True)
        continue
    answers.sys.stdin = [line]
    answers.serve(net)
"""


def less(tmp_path: Path, *missing: str) -> str:
    """The right program without some of the calls."""
    return program(tmp_path, LESS.format(folder=str(AUDITS), missing=missing))


def test_gradients_are_found_by_steps_where_there_are_no_others(tmp_path: Path) -> None:
    result = audit(less(tmp_path, "gradients"), "xor")
    assert result.code == 0, result.err
    assert "gradients, by what a step moves  right" in result.out


def test_what_a_program_does_not_offer_is_told(tmp_path: Path) -> None:
    result = audit(less(tmp_path, "step"), "xor")
    assert result.code == 0, result.err
    assert "steps: not offered by the program" in result.out


# Programs that do not answer ----------------------------------------------------

START = "import sys\nsys.stdin.readline()\n"
HELLO = START + "print('{\"protocol\": 1}', flush=True)\nsys.stdin.readline()\n"
# What a program does, and what is said of it.
SILENT = {
    "dies": (
        HELLO + "1 / 0\n",
        "the program ended with exit code 1 before it answered 'set': "
        "'ZeroDivisionError: division by zero'",
    ),
    "ends": (START, "the program ended with exit code 0 before it answered 'start'"),
    "hangs": (
        HELLO + "import time\ntime.sleep(60)\n",
        "the program did not answer 'set' within 2 s: --time-limit gives it more",
    ),
    "rubbish": (
        START + "print('loss 0.5', flush=True)\n",
        "the program's answer to 'start' is no JSON: 'loss 0.5' "
        "(standard output is for answers alone, one a line)",
    ),
    "deep": (START + "print('[' * 10**6, flush=True)\n", "is no JSON: "),
    "a list": (START + "print([1])\n", "answer to 'start' is no JSON object: '[1]'"),
    "another protocol": (
        START + "print('{\"protocol\": 2}')\n",
        "the program speaks protocol '2'; this bpgen speaks 1",
    ),
    "an error": (
        START + 'print(\'{"error": "no such net"}\')\n',
        "the program answers 'start' with the error 'no such net'",
    ),
    "no outputs": (
        HELLO + "print('{}')\nsys.stdout.flush()\nprint('{}')\n",
        "the program's answer to 'forward' has no 'outputs'",
    ),
    "a wrong shape": (
        HELLO + "print('{}')\nprint('{\"outputs\": [1, 2]}')\n",
        "outputs: expected a list of 1, got 2",
    ),
    "words": (
        HELLO + "print('{}')\nprint('{\"outputs\": [\"x\"]}')\n",
        "outputs: expected a number, got '\"x\"'",
    ),
}


@pytest.mark.parametrize("what", wide_but(SILENT, lambda what: what != "hangs"))
def test_a_program_that_does_not_answer_is_told_of_in_one_line(
    what: str, tmp_path: Path
) -> None:
    text, said = SILENT[what]
    start = time.monotonic()
    result = audit(program(tmp_path, text), "xor", "--time-limit", "2")
    assert result.code == 2 and result.out == ""
    assert result.err.startswith("error: ") and result.err.count("\n") == 1
    assert said in result.err
    assert time.monotonic() - start < 30.0


BAD: dict[str, tuple[str, str]] = {
    "no program": ("no-such-program-here", "cannot run 'no-such-program-here': "),
    "nothing": ("", "--cmd is empty"),
    "a quotation mark": ("python 'x", "No closing quotation"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_command_that_cannot_be_run_is_an_error(what: str) -> None:
    command, said = BAD[what]
    result = audit(command, "xor")
    assert (result.code, result.out) == (2, "")
    assert said in result.err and result.err.count("\n") == 1


def test_dropout_is_refused_with_the_remedy(tmp_path: Path) -> None:
    net: dict[str, Any] = {
        "input": 2,
        "layers": [{"type": "dropout", "rate": 0.5}, {"type": "dense", "units": 1}],
        "loss": "mse",
    }
    path = tmp_path / "net.yaml"
    path.write_text(json.dumps(net))
    result = bpgen("audit", "--cmd", "true", str(path))
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: audit cannot judge dropout")


def test_gradients_have_to_be_of_the_net(tmp_path: Path) -> None:
    line = "g['h.wieght'] = g.pop('h.weight')"
    text = SPOILER.format(folder=str(AUDITS), line=line)
    result = audit(program(tmp_path, text), "xor")
    assert result.code == 2
    hint = "'gradients': no parameter 'h.wieght' (did you mean 'h.weight'?)"
    assert result.err == f"error: {hint}\n"


# The document -------------------------------------------------------------------

DOCUMENT = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.findall(r"```\n\$ (.*?)```", DOCUMENT, re.S))
def test_the_document_shows_what_is_said(
    block: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, _, shown = block.partition("\n")
    monkeypatch.chdir(ROOT)
    words = shlex.split(command.replace('"python ', f'"{PYTHON} '))
    said = bpgen(*words[1:]).out.replace(f"{PYTHON} ", "python ")
    assert rounding(said) == rounding(shown)


def rounding(text: str) -> str:
    """The same without errors that are rounding alone."""
    return re.sub(r"off by (0|\d\.\de-1\d)", "off by rounding", text)


def test_the_document_counts_the_kinds() -> None:
    assert f"It knows {len(KINDS)} kinds of mistakes" in DOCUMENT


def test_the_documents_lines_are_answered() -> None:
    (lines,) = re.findall(r'```\n(\{"call".*?)```', DOCUMENT, re.S)
    words = [sys.executable, str(AUDITS / "xor.py")]
    done = subprocess.run(
        words, input=lines, capture_output=True, text=True, check=True
    )
    answers = [set(json.loads(line)) for line in done.stdout.splitlines()]
    assert answers == [
        {"protocol"},
        set(),
        {"outputs"},
        {"loss", "gradients"},
        {"loss", "parameters"},
    ]


@pytest.mark.parametrize(
    "path", sorted(AUDITS.glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_nets_of_the_libraries_can_be_audited(path: Path) -> None:
    result = bpgen("audit", "--cmd", "no-such-program-here", str(path))
    assert result.err.startswith("error: cannot run 'no-such-program-here'")
    adapters = [f"{path.stem}.mjs", f"{path.stem}.c", f"{path.stem}_mlp.py"]
    assert sum((AUDITS / name).exists() for name in adapters) == 1
