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


def from_torch(
    model: Any,
    example: Any,
    name: str = "net",
    *,
    loss: Any = None,
    optimizer: Any = None,
    scheduler: Any = None,
    epochs: int | None = None,
    batch_size: int | None = None,
) -> Imported:
    """The net of a PyTorch model; `example` is a batch of its inputs.

    `loss` is a loss of torch.nn or the name of one of net.yaml, `optimizer` and
    `scheduler` are PyTorch's objects.

    Raises:
        InputError: with all that has no counterpart in net.yaml.
        DifferentError: the net does not compute what the model does.
    """
    from bpgen.importing.torch_models import imported_torch

    options = {
        "loss": loss,
        "optimizer": optimizer,
        "scheduler": scheduler,
        "epochs": epochs,
        "batch_size": batch_size,
    }
    return imported_torch(model, example, name, options)


def restored(origin: str, saved: str) -> dict[str, Any]:
    """Trained numbers as the tensors of the model: nested lists by their names there.

    `origin` is the text of NAME.origin.json, `saved` what to_json() gave.

    Raises:
        InputError: they do not belong together.
    """
    from bpgen.importing.origin import restored as found

    return found(origin, saved)
