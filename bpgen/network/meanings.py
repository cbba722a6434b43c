"""What the keys of net.yaml mean, by their path: for the schema, lists and documents.

Keys of layers, optimizers and other entries of tables are in `catalog.meanings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bpgen.catalog.meanings import NOTHING, Meaning
from bpgen.catalog.optimizers import DEFAULT_OPTIMIZER, DEFAULT_SETTINGS
from bpgen.network.network import Training


def _preprocessing(side: str) -> Mapping[str, Meaning]:
    """The keys of one side of `preprocessing`."""
    more = "; outputs come back in their units" if side == "targets" else ""
    texts = ", or onehot for texts" if side == "inputs" else ""
    column = "{colour: onehot}" if side == "inputs" else "{price: minmax}"
    given = {
        "mean": ("of each, in the place of the data's own", "[5.8, 3.0]"),
        "std": ("the standard deviation of each", "[0.8, 0.4]"),
        "min": ("the smallest number of each, in the place of the data's", "[0, 0]"),
        "max": ("the largest number of each", "[10, 255]"),
    }
    return {
        "": Meaning(
            f"the {side}, column by column{more}",
            otherwise="none",
            example="standardize",
        ),
        ".columns": Meaning(
            f"by the names of columns: standardize, minmax, none{texts}",
            otherwise="all alike",
            example=column,
        ),
        **{
            f".{key}": Meaning(text, otherwise="fitted", example=example)
            for key, (text, example) in given.items()
        },
    }


NET: Mapping[str, Meaning] = {
    "name": Meaning(
        "what the net is called: its file and its class",
        otherwise="from the file's name: my-net.yaml is my_net",
        example="mazur",
    ),
    "about": Meaning(
        "what the file's head says of it, at most 1000 characters",
        example="It tells three irises apart.",
    ),
    "input": Meaning("what goes in: a size, or a shape", example="[3, 32, 32]"),
    "input.size": Meaning(
        "a size, or a shape such as [channels, height, width]", example="2"
    ),
    "input.names": Meaning(
        "what each number of a flat input is called", example="[age, height]"
    ),
    "layers": Meaning(
        "one after the other; each reads the one before",
        example="[{type: dense, units: 3}, softmax]",
    ),
    "loss": Meaning("what training makes small", example="cross_entropy"),
    "functions": Meaning(
        "your own activations and losses, as formulas",
        example="[{name: bent, of: x, formula: x * x}]",
    ),
    "functions.name": Meaning("what the function is called", example="bent"),
    "functions.of": Meaning(
        "x of an activation; [o, t] of a loss: output, target", example="x"
    ),
    "functions.formula": Meaning(
        "+ - * /, comparisons, and functions such as exp", example="x * x"
    ),
    "optimizer": Meaning(
        "how parameters move",
        {"type": DEFAULT_OPTIMIZER, **DEFAULT_SETTINGS},
        example="{type: adam, learning_rate: 0.01}",
    ),
    "regularization": Meaning(
        "keeps weights small", otherwise="none", example="{l2: 0.001}"
    ),
    "regularization.l1": Meaning(
        "times the sizes of all weights", 0.0, example="0.001"
    ),
    "regularization.l2": Meaning(
        "times half the squares of all weights", 0.0, example="0.001"
    ),
    "training": Meaning(
        "the loop of training",
        otherwise="see its keys",
        example="{epochs: 100, batch_size: 10}",
    ),
    "training.epochs": Meaning("how often all samples are seen", example="100"),
    "training.batch_size": Meaning("samples in each update", example="10"),
    "training.shuffle": Meaning(
        "whether each epoch goes in another order", example="false"
    ),
    "training.report_every": Meaning(
        "epochs between two lines that are printed",
        otherwise="a tenth of all epochs",
        example="10",
    ),
    "training.validation": Meaning(
        "the share of the samples that is held out to judge by",
        otherwise="none",
        example="0.2",
    ),
    "training.early_stopping": Meaning(
        "stops when the loss gets no better",
        otherwise="it trains all epochs",
        example="{patience: 5}",
    ),
    "training.early_stopping.patience": Meaning(
        "epochs without a better loss", example="5"
    ),
    "training.early_stopping.min_delta": Meaning(
        "by how much better counts", example="0.001"
    ),
    "parameters": Meaning(
        "where parameters start: numbers by name, or a JSON file, such as one saved",
        otherwise="as the initializers say",
        example="saved.json",
    ),
    "frozen": Meaning(
        "parameters, or whole layers, that training leaves alone",
        otherwise="none",
        example="[h, o.bias]",
    ),
    "classes": Meaning(
        "what the classes are called, two of one output that says yes or no; a first "
        "one called . ends a text",
        otherwise="as the labels of the data, or numbers",
        example="[setosa, versicolor, virginica]",
    ),
    "seed": Meaning("where the random numbers begin", 0, example="7"),
    "data": Meaning(
        "the samples",
        otherwise="none: the file has no main that trains",
        example="{csv: iris.csv, labels: species}",
    ),
    "data.csv": Meaning(
        "a CSV file with a header, in the folder of the net or in `--data-folder`",
        example="iris.csv",
    ),
    "data.inputs": Meaning(
        "a list for each sample; of a CSV its columns",
        otherwise="of a CSV all other columns",
        example="[[0, 1], [1, 1]]",
    ),
    "data.targets": Meaning("the same for what is to come out", example="[[1], [0]]"),
    "data.labels": Meaning(
        "the class of each sample, from 0; of a CSV the column: numbers or names; one "
        "output has two",
        example="species",
    ),
    "data.separator": Meaning(
        "what stands between two cells of the CSV", otherwise="found", example='";"'
    ),
    "data.decimal": Meaning(
        "what stands before the decimals of its numbers",
        otherwise="found; a point where commas separate",
        example='","',
    ),
    "data.missing": Meaning(
        "what becomes of a row with a gap: nothing, NA, N/A, NaN, null, ? or -",
        otherwise="error",
        example="mean",
    ),
    "data.npz": Meaning(
        "an archive of numpy.savez, whose arrays `inputs`, and `targets` or `labels`, "
        "name",
        otherwise="none",
        example="digits.npz",
    ),
    "data.npy": Meaning(
        "the inputs, of numpy.save; `targets` or `labels` name another such file",
        otherwise="none",
        example="inputs.npy",
    ),
    "data.idx": Meaning(
        "the inputs as MNIST has them, also as .gz; `labels` name another such file",
        otherwise="none",
        example="train-images-idx3-ubyte.gz",
    ),
    "data.jsonl": Meaning(
        "a JSON object on each line, whose keys are columns as those of a CSV",
        otherwise="none",
        example="rows.jsonl",
    ),
    "data.scale": Meaning(
        "what the inputs of npz, npy or idx are divided by",
        otherwise="nothing",
        example="255",
    ),
    "data.embed": Meaning(
        "false: main reads the samples when it is run, from npz, npy, idx or jsonl",
        otherwise="true",
        example="false",
    ),
    "data.test": Meaning(
        "samples to test with: a share of all, a file, or names of other arrays",
        otherwise="none",
        example="0.2",
    ),
    "preprocessing": Meaning(
        "what is done to raw numbers before the net learns from them; it learns this "
        "from the training rows, and it goes with the net",
        otherwise="nothing",
        example="{inputs: standardize}",
    ),
    **{
        f"preprocessing.{side}{key}": found
        for side in ("inputs", "targets")
        for key, found in _preprocessing(side).items()
    },
}
_FIELDS = {"training": Training, "training.early_stopping": Training}


def net_meaning(path: str) -> Meaning:
    """What a key of net.yaml means; its default is that of the training loop."""
    found = NET[path]
    parent, _, key = path.rpartition(".")
    if parent in _FIELDS and found.default is NOTHING and not found.otherwise:
        defaults = {field.name: field.default for field in fields(Training)}
        if key != "patience":
            return replace(found, default=defaults[key])
    return found


def told(path: str) -> dict[str, Any]:
    """What the schema says of a key."""
    found = net_meaning(path)
    default = {} if found.default is NOTHING else {"default": found.default}
    return {"description": found.text} | default
