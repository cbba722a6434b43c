"""The generator against one that is written down another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest

from bpgen.runtime.generator import Generator

SEEDS = (0, 1, 7, 4_294_967_295)
WORD = 2**32


def words(seed: int) -> Iterator[int]:
    """Chris Doty-Humphrey's sfc32 as published, in whole numbers; twelve are left
    out."""
    a, b, c, counter = 0, seed, 0, 1
    for number in range(100_000):
        word = (a + b + counter) % WORD
        counter = (counter + 1) % WORD
        a = b ^ (b // 2**9)
        b = (c + c * 2**3) % WORD
        c = ((c * 2**21) % WORD + c // 2**11 + word) % WORD
        if number >= 12:
            yield word


def shares(seed: int) -> Iterator[Fraction]:
    """The words as shares of 2^32, exactly."""
    return (Fraction(word, WORD) for word in words(seed))


def test_the_first_words_are_those_of_every_language() -> None:
    generator = Generator(0)
    assert [generator.next() for _ in range(3)] == [1363572419, 145230303, 808754475]


@pytest.mark.parametrize("seed", SEEDS)
def test_words_are_those_of_sfc32(seed: int) -> None:
    generator, expected = Generator(seed), words(seed)
    for _ in range(1_000):
        assert generator.next() == next(expected)
    assert all(0 <= word < WORD for word in generator.words)


@pytest.mark.parametrize("seed", SEEDS)
def test_uniform_numbers_are_shares_of_an_interval(seed: int) -> None:
    generator, expected = Generator(seed), shares(seed)
    for low, high in ((0.0, 1.0), (-0.25, 0.75), (3.0, 3.5)):
        for _ in range(100):
            found = generator.uniform(low, high)
            assert low <= found < high
            exact = Fraction(low) + Fraction(high - low) * next(expected)
            assert abs(Fraction(found) - exact) <= Fraction(1, 2**50)


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_numbers_are_sums_of_twelve(seed: int) -> None:
    generator, expected = Generator(seed), shares(seed)
    for mean, std in ((0.0, 1.0), (2.0, 0.125)):
        for _ in range(100):
            found = generator.normal(mean, std)
            total = sum(next(expected) for _ in range(12)) - 6
            exact = Fraction(mean) + Fraction(std) * total
            assert abs(Fraction(found) - exact) <= Fraction(1, 2**48)


def test_normal_numbers_have_that_mean_and_width() -> None:
    generator = Generator(3)
    found = [generator.normal(0.0, 1.0) for _ in range(4_000)]
    mean = sum(found) / len(found)
    assert abs(mean) < 0.05
    assert abs(sum((x - mean) ** 2 for x in found) / len(found) - 1.0) < 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shuffle_is_that_of_fisher_and_yates(seed: int) -> None:
    generator, expected = Generator(seed), shares(seed)
    for count in (0, 1, 2, 3, 10, 57):
        items = list(range(count))
        generator.shuffle(items)
        left = list(range(count))
        for last in reversed(range(1, count)):
            other = int(next(expected) * (last + 1))
            left[last], left[other] = left[other], left[last]
        assert items == left


def test_every_order_is_as_likely_as_any_other() -> None:
    generator, found = Generator(11), Counter[tuple[int, ...]]()
    for _ in range(6_000):
        items = [0, 1, 2]
        generator.shuffle(items)
        found[tuple(items)] += 1
    assert len(found) == 6
    assert all(850 < count < 1_150 for count in found.values())
