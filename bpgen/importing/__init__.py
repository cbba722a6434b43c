"""Models of other libraries as net.yaml: `from_sklearn`, `from_torch`.

For the user's own process, where the model is at hand: nothing is unpickled. Each
function is loaded when it is asked for, with what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpgen.importing.imported import Imported


def from_sklearn(model: Any, name: str = "net") -> Imported:
    """The net of a fitted estimator, or of a pipeline that ends in one.

    Raises:
        InputError: with all that has no counterpart in net.yaml.
        DifferentError: the net does not predict what the model does.
    """
    from bpgen.importing.sklearn_models import imported_sklearn

    return imported_sklearn(model, name)


def restored(origin: str, saved: str) -> dict[str, Any]:
    """Trained numbers as the tensors of the model: nested lists by their names there.

    `origin` is the text of NAME.origin.json, `saved` what to_json() gave.

    Raises:
        InputError: they do not belong together.
    """
    from bpgen.importing.origin import restored as found

    return found(origin, saved)
