"""The languages: one record of data each; their notation is in `templates`."""

from __future__ import annotations

from collections.abc import Mapping

from bpgen.languages.dart import DART
from bpgen.languages.python import PYTHON
from bpgen.languages.record import Language

LANGUAGES: Mapping[str, Language] = {
    language.name: language for language in (PYTHON, DART)
}
