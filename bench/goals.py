"""The goals: how fast an emitted file is to be, beside what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from bench.timing import Result

BASELINE = "272d895"  # before anything was done for speed: what the goals are from


@dataclass(frozen=True)
class Goal:
    """One row: a program is to be so many times faster than another one.

    Attributes:
        title: as it is shown.
        program: an emitted file.
        other: what it is compared with.
        wanted: the ratio for each work.
        at_most: whether the ratio is its own time to the other's, and is to be small.
    """

    title: str
    program: str
    other: str
    wanted: dict[str, float]
    at_most: bool = False

    def found(self, result: Result, work: str) -> float | None:
        """The ratio that was measured."""
        if self.at_most:
            return result.ratio(work, self.program, self.other)
        return result.ratio(work, self.other, self.program)

    def is_met(self, work: str, found: float) -> bool:
        """Whether a ratio, as it is shown, is as good as wanted."""
        wanted, shown = self.wanted[work], float(f"{found:.3g}")
        return shown <= wanted if self.at_most else shown >= wanted


def _dense(w1: float, w2: float, w3: float, w4: float) -> dict[str, float]:
    return {"w1": w1, "w2": w2, "w3": w3, "w4": w4}


GOALS = (
    Goal(
        "Python, times faster than naive lists",
        "python",
        "naive-python",
        _dense(4.1, 3.3, 2.1, 2.3),
    ),
    Goal(
        "Python, times faster than before",
        "python",
        "before-python",
        {"w5": 3.4, "w6": 1.45, "w7": 1.95},
    ),
    Goal(
        "Python, times faster than PyTorch eager",
        "python",
        "torch",
        {"w1": 280, "w2": 43, "w3": 1.5, "w6": 0.8},
    ),
    Goal(
        "Python, times faster than micrograd",
        "python",
        "micrograd",
        _dense(185, 80, 850, 780),
    ),
    Goal(
        "Python, times faster than a scalar autograd GPT",
        "python",
        "scalar-gpt",
        {"w7": 100},
    ),
    Goal(
        "Dart AOT, times faster than naive lists",
        "dart",
        "naive-dart",
        _dense(7.5, 6.5, 11, 17),
    ),
    Goal(
        "Dart AOT, times faster than before",
        "dart",
        "before-dart",
        {"w5": 3.7, "w6": 2, "w7": 2},
    ),
    Goal(
        "Dart AOT, its time to that of C by hand",
        "dart",
        "c",
        _dense(1.1, 1.7, 3.3, 1.7),
        at_most=True,
    ),
    *(
        Goal(
            f"{title}, its time to that of C by hand",
            program,
            "c",
            dict.fromkeys(("w1", "w2", "w3", "w4"), most),
            at_most=True,
        )
        for title, program, most in (
            ("C", "emitted-c", 1.1),
            ("C++", "cpp", 1.1),
            ("Rust", "rust", 1.1),
            ("Go", "go", 2),
            ("Java", "java", 2),
            ("Kotlin", "kotlin", 2),
            ("JavaScript", "javascript", 3),
        )
    ),
    Goal("C, times faster than FANN", "emitted-c", "fann", {"w3": 4, "w4": 4}),
    Goal(
        "JavaScript, times faster than brain.js 2 beta",
        "javascript",
        "brain",
        _dense(2.6, 2.5, 2.5, 3),
    ),
    Goal(
        "Dart as JavaScript, its time to that of emitted JavaScript",
        "dart-js",
        "javascript",
        dict.fromkeys(("w1", "w2", "w3", "w4", "w5", "w6", "w7"), 1.5),
        at_most=True,
    ),
)
