"""The commands that bring models in: `bpgen import`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bpgen.importing.imported import Imported


@click.group("import")
def import_group() -> None:
    """Turn a model of another library into a net.yaml with its parameters."""


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every import has."""
    for option in (
        click.option(
            "-o",
            "--output",
            default=".",
            metavar="FOLDER",
            help="Where NAME.yaml, NAME.json and NAME.origin.json go. Default: here.",
        ),
        click.option("--name", default="", help="The net's name."),
        click.option("--force", is_flag=True, help="Overwrite files that are there."),
        click.option("--dry-run", is_flag=True, help="Print the net.yaml, write none."),
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            help="Tell of it as JSON: files, notes, difference, refused, differs.",
        ),
    ):
        command = option(command)
    return command


_pairs = click.option(
    "--check",
    "pairs",
    default="",
    metavar="PAIRS.json",
    help="Compare with what the model gives: its `inputs` and `outputs` as flat rows.",
)


def _run(source: str, importer: Callable[[str], Imported], options: Any) -> None:
    from bpgen.commands.imports import Wanted, run_import

    code = run_import(
        Wanted(**options), source, importer, lambda line: click.echo(line, err=True)
    )
    raise click.exceptions.Exit(code)


@import_group.command("sklearn")
@click.argument("source", metavar="MODULE:FUNCTION")
@_options
def import_sklearn(source: str, **options: Any) -> None:
    """A fitted estimator of scikit-learn, or a pipeline with scalers before it.

    MODULE is loaded from the working folder and FUNCTION is run: it returns the model.
    """

    def importer(name: str) -> Imported:
        from bpgen.commands.imports import made_model
        from bpgen.importing import from_sklearn

        return from_sklearn(made_model(source), name)

    _run(source, importer, options)


@import_group.command("torch")
@click.argument("source", metavar="MODULE:FUNCTION|WEIGHTS")
@click.option(
    "--input",
    "shape",
    default="",
    metavar="SHAPE",
    help="The shape of one sample, such as 4 or 1,8,8; not needed where FUNCTION "
    "returns the model and a batch of inputs.",
)
@click.option("--loss", default="", help="The loss of the net.yaml. Default: mse.")
@click.option(
    "--into",
    default="",
    metavar="NET.yaml",
    help="Only numbers, for a net that is there: NAME.json beside it.",
)
@_options
def import_torch(source: str, shape: str, loss: str, into: str, **options: Any) -> None:
    """A model of PyTorch: a torch.nn.Module.

    MODULE is loaded from the working folder and FUNCTION is run: it returns the model,
    or the model and a batch of inputs.

    With --into it is a file of numbers, .safetensors, or .pt of a state_dict, which is
    loaded with weights_only: by the names of the net, or of the model that it was
    imported from.
    """
    if into:
        from bpgen.commands.imports import Wanted
        from bpgen.commands.into import run_into

        def say(line: str) -> None:
            click.echo(line, err=True)

        raise click.exceptions.Exit(run_into(source, into, Wanted(**options), say))

    def importer(name: str) -> Imported:
        from bpgen.commands.imports import made_model, model_and_batch, need_package
        from bpgen.importing import from_torch

        need_package("torch", "torch")
        model, batch = model_and_batch(made_model(source), shape)
        return from_torch(model, batch, name, loss=loss)

    _run(source, importer, options)


@import_group.command("onnx")
@click.argument("source", metavar="MODEL.onnx")
@click.option("--loss", default="", help="The loss of the net.yaml. Default: mse.")
@click.option("--take", "wanted", default="", help="Which output. Default: the first.")
@_pairs
@_options
def import_onnx(
    source: str, loss: str, wanted: str, pairs: str, **options: Any
) -> None:
    """A file of ONNX; nothing of it is run but the tables of its operators."""

    def importer(name: str) -> Imported:
        from bpgen.commands.files import content_of
        from bpgen.commands.imports import (
            MOST_BYTES,
            need_package,
            refuse_large,
            text_of,
        )

        need_package("onnx", "onnx")
        from bpgen.importing.onnx_models import imported_onnx

        content = content_of(source, MOST_BYTES)
        refuse_large(source, content)
        told = text_of(pairs) if pairs else ""
        return imported_onnx(content, name, loss, wanted, told)

    _run(source, importer, options)


@import_group.command("keras")
@click.argument("source", metavar="MODEL.keras|MODEL.h5")
@click.option("--loss", default="", help="The loss of the net.yaml. Default: its own.")
@_pairs
@_options
def import_keras(source: str, loss: str, pairs: str, **options: Any) -> None:
    """A file of Keras; nothing of it is run."""

    def importer(name: str) -> Imported:
        from bpgen.commands.files import content_of
        from bpgen.commands.imports import MOST_BYTES, need_package, refuse_large

        need_package("h5py", "keras")
        from bpgen.importing.keras_models import imported_keras

        content = content_of(source, MOST_BYTES)
        refuse_large(source, content)
        told = content_of(pairs, MOST_BYTES).decode("utf-8", "replace") if pairs else ""
        return imported_keras(content, name, loss, told)

    _run(source, importer, options)


@import_group.command("tfjs")
@click.argument("source", metavar="model.json")
@click.option("--loss", default="", help="The loss of the net.yaml. Default: mse.")
@_pairs
@_options
def import_tfjs(source: str, loss: str, pairs: str, **options: Any) -> None:
    """A layers model of TensorFlow.js, with its weights beside it."""

    def importer(name: str) -> Imported:
        from pathlib import Path

        from bpgen.commands.files import content_of
        from bpgen.commands.imports import MOST_BYTES, text_of
        from bpgen.importing.tfjs_models import imported_tfjs

        def read(path: str) -> bytes:
            return content_of(str(Path(source).parent / path), MOST_BYTES)

        told = text_of(pairs) if pairs else ""
        return imported_tfjs(text_of(source), read, name, loss, told)

    _run(source, importer, options)


@import_group.command("brainjs")
@click.argument("source", metavar="NET.json")
@click.option(
    "--slope", type=float, help="Of leaky-relu, which version 1 does not save."
)
@_pairs
@_options
def import_brainjs(
    source: str, slope: float | None, pairs: str, **options: Any
) -> None:
    """What toJSON() of a net of brain.js gave, of version 1 or 2."""

    def importer(name: str) -> Imported:
        from bpgen.commands.imports import text_of
        from bpgen.importing.brainjs_models import imported_brainjs

        told = text_of(pairs) if pairs else ""
        return imported_brainjs(text_of(source), name, slope, told)

    _run(source, importer, options)


@click.command("export")
@click.argument("files", nargs=-1, required=True, metavar="NET.yaml...")
@click.option(
    "--to",
    type=click.Choice(["torch", "onnx", "safetensors"]),
    required=True,
    help="A program of PyTorch, which runs under torchrun, too; what predicts, for all "
    "that runs ONNX; or the numbers alone.",
)
@click.option(
    "--parameters",
    default="",
    metavar="FILE",
    help="Of onnx and safetensors: a saved state. Default: what the net starts from.",
)
@click.option(
    "--names",
    type=click.Choice(["own", "origin"]),
    default="own",
    help="Of safetensors: the net's names, or those of the model that was imported, "
    "by the NAME.origin.json beside the net. Default: own.",
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE|DIR|-",
    help="Where to write. Default: `-`, standard output.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def export(files: tuple[str, ...], **options: Any) -> None:
    """Turn networks into what other engines run."""
    import sys

    from bpgen.commands.exports import Wish, export_all

    text = export_all(files, Wish(**options), lambda line: click.echo(line, err=True))
    sys.stdout.write(text)
