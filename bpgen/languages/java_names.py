"""The names that mean something in a file of Java, and what it imports."""

from __future__ import annotations

from bpgen.languages.record import words

RESERVED = words(
    """abstract assert boolean break byte case catch char class const continue default
    do double else enum extends final finally float for goto if implements import
    instanceof int interface long native new package private protected public return
    short static strictfp super switch synchronized this throw throws transient try
    void volatile while true false null var yield record sealed permits"""
)
# Names of members, parameters and types of the file itself.
TAKEN = words(
    """main run kept flags error_ interrupted interrupt add put append extended filled
    counted part chosen sorted copied gathered keys numbers cells fixed padded parsed
    unsigned failed write unpacked rename wait notify clone equals finalize toString
    hashCode getClass notifyAll generator weights slopes memories onEpoch
    batch count sample place channel i j k l m n p q r ENDED"""
)
# What a file imports, by its name; no net is called like one of these.
PACKAGES = (
    "java.io.ByteArrayInputStream",
    "java.io.IOException",
    "java.io.InputStream",
    "java.io.UncheckedIOException",
    "java.math.BigDecimal",
    "java.math.RoundingMode",
    "java.nio.charset.StandardCharsets",
    "java.nio.file.AccessDeniedException",
    "java.nio.file.Files",
    "java.nio.file.NoSuchFileException",
    "java.nio.file.Path",
    "java.nio.file.StandardCopyOption",
    "java.util.ArrayList",
    "java.util.Arrays",
    "java.util.LinkedHashMap",
    "java.util.List",
    "java.util.Locale",
    "java.util.Map",
    "java.util.concurrent.CountDownLatch",
    "java.util.regex.Matcher",
    "java.util.regex.Pattern",
    "java.util.zip.GZIPInputStream",
)
IMPORTS = {f"import {name};": name.rpartition(".")[2] for name in PACKAGES}
# Classes of java.lang, which a class of that name would hide, and those of a file.
CLASSES = frozenset(IMPORTS.values()) | words(
    """Appendable AutoCloseable Boolean Byte Character CharSequence Class ClassLoader
    ClassValue Cloneable Comparable Compiler Deprecated Double Enum Error Exception
    Float FunctionalInterface IllegalArgumentException IllegalStateException Integer
    InterruptedException Iterable LinkageError Long Math Module ModuleLayer Number
    Object Override Package Process ProcessBuilder ProcessHandle Readable Record
    Runnable Runtime RuntimeException RuntimePermission SafeVarargs SecurityManager
    Short StackTraceElement StackWalker StrictMath String StringBuffer StringBuilder
    SuppressWarnings System Thread ThreadDeath ThreadGroup ThreadLocal Throwable
    VerifyError VirtualMachineError Void
    ArithmeticException ClassCastException CloneNotSupportedException
    IndexOutOfBoundsException NullPointerException NumberFormatException
    SecurityException UnsupportedOperationException OutOfMemoryError
    StackOverflowError AssertionError
    Generator Kept Shape Samples OnEpoch Reader"""
)
