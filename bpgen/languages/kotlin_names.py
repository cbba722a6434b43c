"""The names that mean something in a file of Kotlin, and what it imports."""

from __future__ import annotations

from bpgen.languages.record import words

RESERVED = words(
    """as break class continue do else false for fun if in interface is null object
    package return super this throw true try typealias typeof val var when while"""
)
# Names of members, parameters and functions of the file itself, and of what it calls.
TAKEN = words("""main run arguments kept generator interrupted ended interrupt field it
    add put copied joinedRows zerosLike gathered keys numbers cells fixed parsed failed
    wordsOf readText readBytes writeText rename unpacked savedAs readSaved tableOf
    write objectIn bytesIn textIn
    abs cos exp expm1 floor ln ln1p sin sqrt tanh maxOf minOf println arrayOf
    doubleArrayOf intArrayOf emptyArray mapOf linkedMapOf wait notify clone equals
    finalize toString hashCode getClass notifyAll onEpoch
    batch count sample place channel i j k l m n p q r""")
# What a file imports, by its name; no net is called like one of these.
PACKAGES = (
    "java.io.IOException",
    "java.io.UncheckedIOException",
    "java.math.BigDecimal",
    "java.math.RoundingMode",
    "java.nio.file.AccessDeniedException",
    "java.nio.file.Files",
    "java.nio.file.NoSuchFileException",
    "java.nio.file.Path",
    "java.nio.file.StandardCopyOption",
    "java.util.Locale",
    "java.util.concurrent.CountDownLatch",
    "java.util.zip.GZIPInputStream",
    *(f"kotlin.math.{name}" for name in ("abs", "cos", "exp", "expm1", "floor")),
    *(f"kotlin.math.{name}" for name in ("ln", "ln1p", "sin", "sqrt", "tanh")),
    "kotlin.system.exitProcess",
)
IMPORTS = {f"import {name}": name.rpartition(".")[2] for name in PACKAGES}
# What a class of that name would hide: of Kotlin, and of java.lang.
CLASSES = frozenset(name for name in IMPORTS.values() if name[0].isupper()) | words(
    """Annotation Any Array ArrayList Boolean BooleanArray Byte ByteArray Char CharArray
    CharSequence Charsets Class Cloneable Collection Comparable Comparator Deprecated
    Double DoubleArray Enum Error Exception Float FloatArray Function HashMap HashSet
    IllegalArgumentException IllegalStateException Int IntArray Integer Iterable
    Iterator JvmStatic JvmField JvmOverloads JvmName Lazy LinkedHashMap LinkedHashSet
    List Long LongArray Map Math MatchResult MutableList MutableMap MutableSet Nothing
    Number NumberFormatException Object Pair Process Record Regex Runnable Runtime
    RuntimeException Sequence Set Short ShortArray String StringBuilder Suppress System
    Thread ThreadGroup Throwable Throws Triple UInt ULong UByte UShort Unit Void
    Volatile InterruptedException StackOverflowError OutOfMemoryError AssertionError
    Synchronized
    ArithmeticException ClassCastException IndexOutOfBoundsException
    NullPointerException UnsupportedOperationException Result"""
)
