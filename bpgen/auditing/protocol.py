"""A program under audit: lines of JSON to its standard input, one answer a line.

    {"call": "start", "protocol": 1, "network": "xor"}     {"protocol": 1}
    {"call": "set", "parameters": {"h.weight": [[...]]}}   {}
    {"call": "forward", "inputs": [...]}                   {"outputs": [...]}
    {"call": "gradients", "inputs": [[...]],               {"loss": L,
     "targets": [[...]]}                                    "gradients": {NAME: [...]}}
    {"call": "step", "inputs": ..., "targets": ...}        {"loss": L,
                                                            "parameters": {NAME: [...]}}

`{"unsupported": true}` answers a call that a program has nothing for. A program that
dies, hangs, or says what is no answer is an `InputError` of one clear line.
"""

from __future__ import annotations

import json
import os
import queue
import shlex
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

from bpgen.errors import InputError, Problem, shown

PROTOCOL = 1
LONGEST = 100_000_000  # characters of an answer
ENDS_IN = 2.0  # seconds that a program has to end by itself


class UnsupportedError(Exception):
    """The program has nothing for a call."""


class Peer:
    """A program that runs; as a context it ends with it."""

    def __init__(self, command: str, network: str, seconds: float) -> None:
        """Start the program.

        Raises:
            InputError: there is no such program, or it does not speak the protocol.
        """
        self.seconds = seconds
        self.process = _started(command)
        self.lines: queue.Queue[str] = queue.Queue()
        self.said: deque[str] = deque(maxlen=1)  # the last line of standard error
        assert self.process.stdout and self.process.stderr
        self.readers = [
            threading.Thread(target=_read, args=given, daemon=True)
            for given in (
                (self.process.stdout, self.lines.put),
                (self.process.stderr, self._hear),
            )
        ]
        for reader in self.readers:
            reader.start()
        try:
            answer = self.ask("start", protocol=PROTOCOL, network=network)
            if answer.get("protocol") != PROTOCOL:
                got = shown(json.dumps(answer.get("protocol")))
                message = f"the program speaks protocol {got}; this bpgen speaks "
                raise problem(f"{message}{PROTOCOL}: see docs/audit.md")
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def ask(self, call: str, **given: Any) -> Mapping[str, Any]:
        """What the program answers to a call.

        Raises:
            InputError: it does not answer, or not with what an answer is.
            UnsupportedError: it says so.
        """
        request = json.dumps({"call": call, **given}, allow_nan=False)
        assert self.process.stdin
        with suppress(OSError):  # who ended is told below
            self.process.stdin.write(f"{request}\n")
            self.process.stdin.flush()
        try:
            line = self.lines.get(timeout=self.seconds)
        except queue.Empty:
            message = f"the program did not answer '{call}' within {self.seconds:g} s"
            raise problem(f"{message}: --time-limit gives it more") from None
        if not line:
            raise problem(self._ended(call))
        answer = _parsed(call, line)
        if answer.get("unsupported") is True:
            raise UnsupportedError(call)
        if "error" in answer:
            told = shown(str(answer["error"]))
            raise problem(f"the program answers '{call}' with the error {told}")
        return answer

    def _hear(self, line: str) -> None:
        if line.strip():
            self.said.append(line.strip())

    def _ended(self, call: str) -> str:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(ENDS_IN)
        self.readers[1].join(ENDS_IN)
        code = self.process.returncode
        how = f"with exit code {code}" if code is not None else "its output"
        if code is not None and code < 0:
            how = f"by signal {-code}"
        last = f": {shown(self.said[0])}" if self.said else ""
        return f"the program ended {how} before it answered '{call}'{last}"

    def end(self) -> None:
        """Close its input; what does not end by itself is stopped."""
        with suppress(OSError):
            if self.process.stdin:
                self.process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(ENDS_IN)
        _stop(self.process)  # and what it started
        for reader in self.readers:
            reader.join(ENDS_IN)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


def problem(message: str) -> InputError:
    """An error without a place."""
    return InputError([Problem(message)])


def _started(command: str) -> subprocess.Popen[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise problem(f"--cmd {shown(command)}: {error}") from None
    if not words:
        raise problem("--cmd is empty: it is the command that starts your program")
    try:
        return subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # so that what it starts ends with it
        )
    except OSError as error:
        why = error.strerror or str(error)
        raise problem(f"cannot run {shown(words[0])}: {why}") from None


def _stop(process: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _read(stream: IO[str], put: Any) -> None:
    """Hand every line on, and an empty text at the end."""
    with suppress(ValueError, OSError):
        while line := stream.readline(LONGEST):
            put(line)
    put("")


def _parsed(call: str, line: str) -> Mapping[str, Any]:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        message = f"the program's answer to '{call}' is no JSON: {shown(line.strip())}"
        hint = "standard output is for answers alone, one a line"
        raise problem(f"{message} ({hint})") from None
    if not isinstance(answer, dict):
        message = f"the program's answer to '{call}' is no JSON object"
        raise problem(f"{message}: {shown(line.strip())}")
    return answer


# --- Numbers in answers ---------------------------------------------------------------


def flat(value: Any, shape: Sequence[int], what: str) -> list[float]:
    """The numbers of nested lists of a shape, row by row; null is no number.

    Raises:
        InputError: they have another shape.
    """
    if not shape:
        if isinstance(value, bool) or not isinstance(value, (int, float, type(None))):
            raise problem(f"{what}: expected a number, got {shown(json.dumps(value))}")
        return [float("nan") if value is None else float(value)]
    if not isinstance(value, list) or len(value) != shape[0]:
        got = f"{len(value)}" if isinstance(value, list) else shown(json.dumps(value))
        raise problem(f"{what}: expected a list of {shape[0]}, got {got}")
    found: list[float] = []
    for item in value:
        found += flat(item, shape[1:], what)
    return found
