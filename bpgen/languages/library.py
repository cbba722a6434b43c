"""What Python's own library holds, in whichever release: a net called so hides it.

The lists are those of the running Python, and what only other releases have, so that a
net's file and class are called the same with all of them.
"""

from __future__ import annotations

import builtins
import keyword
import sys

from bpgen.languages.record import words

KEYWORDS = frozenset(keyword.kwlist)
BUILTINS = frozenset(dir(builtins))
MODULES = frozenset(sys.stdlib_module_names) | words(
    """aifc annotationlib asynchat asyncore audioop cgi cgitb chunk compression crypt
    distutils imghdr imp lib2to3 mailcap msilib nis nntplib ossaudiodev pipes profiling
    smtpd sndhdr spwd sunau telnetlib tomllib uu xdrlib"""
)
CLASSES = frozenset(name for name in BUILTINS if name[0].isupper()) | words(
    "BaseExceptionGroup EncodingWarning ExceptionGroup PythonFinalizationError"
)

# Those that emitted files use.
USED = ("gzip", "json", "math", "os", "signal", "sys", "time", "zlib")
