"""The field's other names for what bpgen knows under one name.

In: a word that is not known, and what it was meant to name. Out: the remedy, as the
end of an error. An alias is an error, too: a file has one word for one thing. What
bpgen does not have is said here as well, so that nobody is sent to its neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bpgen.errors import slips, suggestion

# Without capitals, `_`, `-` and spaces; a sentence where one word would not do.
LOSSES = {
    "categoricalcrossentropy": "cross_entropy",
    "sparsecategoricalcrossentropy": "cross_entropy",
    "logloss": "binary_cross_entropy",
    "bce": "binary_cross_entropy",
    "binarycrossentropyloss": "binary_cross_entropy",
    "bcewithlogits": "sigmoid_cross_entropy",
    "binarycrossentropywithlogits": "sigmoid_cross_entropy",
    "sigmoidcrossentropywithlogits": "sigmoid_cross_entropy",
    "ce": "cross_entropy",
    "crossentropyloss": "softmax_cross_entropy",
    "softmaxcrossentropywithlogits": "softmax_cross_entropy",
    "negativeloglikelihood": "nll",
    "nllloss": "nll",
    "meansquarederror": "mse",
    "meansquareerror": "mse",
    "mseloss": "mse",
    "l2": "mse",
    "l2loss": "mse",
    "l1": "mae",
    "l1loss": "mae",
    "meanabsoluteerror": "mae",
    "sse": "squared_error",
    "sumofsquares": "squared_error",
    "sumsquarederror": "squared_error",
    "smoothl1loss": "smooth_l1",
    "huberloss": "huber",
    "logcosh": "log_cosh",
    "kl": "kl_divergence",
    "kld": "kl_divergence",
    "kldiv": "kl_divergence",
    "kldivloss": "kl_divergence",
    "kullbackleibler": "kl_divergence",
    "kullbackleiblerdivergence": "kl_divergence",
    "poissonnll": "poisson",
    "poissonnllloss": "poisson",
    "multimarginloss": "multi_margin",
    "categoricalhinge": "multi_margin",
    "rmse": "use mse, which is smallest where its root is",
    "rootmeansquarederror": "use mse, which is smallest where its root is",
    "mape": "there is none; a formula under `functions` can be one",
    "msle": "there is none; a formula under `functions` can be one",
}
ACTIVATIONS = {
    "linear": "write 'identity', or leave the activation out",
    "none": "write 'identity', or leave the activation out",
    "null": "write 'identity', or leave the activation out",
    "~": "write 'identity', or leave the activation out",
    "no": "write 'identity', or leave the activation out",
    "id": "identity",
    "logistic": "sigmoid",
    "sigm": "sigmoid",
    "rectifier": "relu",
    "lrelu": "leaky_relu",
    "swish": "silu",
    "hswish": "hard_swish",
    "hsigmoid": "hard_sigmoid",
    "hardtanh": "hard_tanh",
    "htanh": "hard_tanh",
    "gelunew": "gelu_tanh",
    "gelupytorchtanh": "gelu_tanh",
    "sine": "sin",
    "gauss": "gaussian",
    "rbf": "gaussian",
    "logsigmoid": "log_sigmoid",
}
LAYERS = {
    "linear": "dense",
    "fc": "dense",
    "fullyconnected": "dense",
    "affine": "dense",
    "innerproduct": "dense",
    "perceptron": "dense",
    "hidden": "dense",
    "output": "dense",
    "conv": "conv2d",
    "convolution": "conv2d",
    "convolution1d": "conv1d",
    "convolution2d": "conv2d",
    "deconv": "conv_transpose2d",
    "deconv2d": "conv_transpose2d",
    "conv2dtranspose": "conv_transpose2d",
    "maxpool": "max_pool2d",
    "maxpooling": "max_pool2d",
    "maxpooling1d": "max_pool1d",
    "maxpooling2d": "max_pool2d",
    "avgpool": "avg_pool2d",
    "averagepool": "avg_pool2d",
    "averagepooling1d": "avg_pool1d",
    "averagepooling2d": "avg_pool2d",
    "globalaveragepooling1d": "global_avg_pool",
    "globalaveragepooling2d": "global_avg_pool",
    "globalmaxpooling1d": "global_max_pool",
    "globalmaxpooling2d": "global_max_pool",
    "adaptiveavgpool1d": "global_avg_pool",
    "adaptiveavgpool2d": "global_avg_pool",
    "batchnorm1d": "batch_norm",
    "batchnorm2d": "batch_norm",
    "batchnormalization": "batch_norm",
    "bn": "batch_norm",
    "layernormalization": "layer_norm",
    "groupnormalization": "group_norm",
    "concatenate": "concat",
    "cat": "concat",
    "mul": "multiply",
    "view": "reshape",
    "selfattention": "attention",
    "multiheadattention": "attention",
    "multiheadselfattention": "attention",
    "simplernn": "rnn",
    "dropout1d": "dropout",
    "positionalencoding": "positional_embedding",
    "input": "there is no such layer; write the sizes under `input`",
}
INITIALIZERS = {
    "xavier": "glorot_uniform",
    "xavieruniform": "glorot_uniform",
    "xaviernormal": "glorot_normal",
    "glorot": "glorot_uniform",
    "kaiming": "he_uniform",
    "kaiminguniform": "he_uniform",
    "kaimingnormal": "he_normal",
    "he": "he_uniform",
    "lecun": "lecun_uniform",
    "zero": "zeros",
    "one": "ones",
    "randomuniform": "uniform",
    "randomnormal": "normal",
    "gaussian": "normal",
}
OPTIMIZERS = {
    "gd": "sgd",
    "gradientdescent": "sgd",
    "stochasticgradientdescent": "sgd",
    "backprop": "sgd",
    "momentum": "write {type: sgd, momentum: 0.9}",
    "nesterov": "write {type: sgd, momentum: 0.9, nesterov: true}",
}
SCHEDULES = {
    "steplr": "step",
    "multisteplr": "multistep",
    "exponentiallr": "exponential",
    "cosineannealing": "cosine",
    "cosineannealinglr": "cosine",
    "cosinedecay": "cosine",
    "linearlr": "linear",
    "reducelronplateau": "plateau",
}
SEPARATORS = {
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "bar": "|",
    "": "tab",  # a tab is a space
    "\\t": "tab",
    "tabs": "tab",
    "tabulator": "tab",
}
DECIMALS = {"comma": ",", "point": ".", "dot": "."}
MISSING = {
    "raise": "error",
    "fail": "error",
    "skip": "drop",
    "ignore": "drop",
    "omit": "drop",
    "remove": "drop",
    "dropna": "drop",
    "average": "mean",
}
KEYS = {
    "lr": "learning_rate",
    "rate": "learning_rate",
    "alpha": "learning_rate",
    "eta": "learning_rate",
    "wd": "weight_decay",
    "eps": "epsilon",
    "tmax": "steps",
    "etamin": "minimum",
    "neurons": "units",
    "nodes": "units",
    "size": "units",
    "hiddensize": "units",
    "outfeatures": "units",
    "act": "activation",
    "init": "initializer",
    "kernelinitializer": "initializer",
    "usebias": "bias",
    "outchannels": "filters",
    "channels": "filters",
    "kernelsize": "kernel",
    "poolsize": "kernel",
    "strides": "stride",
    "dilationrate": "dilation",
    "p": "rate",
    "prob": "rate",
    "numembeddings": "vocabulary",
    "embeddingdim": "size",
    "numheads": "heads",
    "nheads": "heads",
    "numgroups": "groups",
    "targetshape": "shape",
    "returnsequence": "return_sequences",
    "iterations": "epochs",
    "nepochs": "epochs",
    "batch": "batch_size",
    "validationsplit": "validation",
    "optim": "optimizer",
    "criterion": "loss",
    "model": "layers",
    "inputsize": "input",
    "inputshape": "input",
    "randomseed": "seed",
    "x": "inputs",
    "y": "targets",
    "label": "labels",
    "outputs": "targets",
    "kind": "type",
    "sep": "separator",
    "delimiter": "separator",
    "decimalsign": "decimal",
    "decimalseparator": "decimal",
    "missingvalues": "missing",
    "na": "missing",
}
ALIASES: Mapping[str, Mapping[str, str]] = {
    "loss": LOSSES,
    "activation": ACTIVATIONS,
    "layer": LAYERS,
    "initializer": INITIALIZERS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "separator": SEPARATORS,
    "decimal sign": DECIMALS,
    "treatment of missing cells": MISSING,
    "key": KEYS,
}


def plain(word: str) -> str:
    """A word without what different libraries spell differently."""
    return re.sub(r"[\s_.-]|^nn\.", "", word.lower())


def meant(word: str, what: str, known: Iterable[str]) -> str:
    """The known word that another one stands for, by its spelling or as an alias;
    nothing if there is none."""
    spelled = {plain(name): name for name in known}
    key = plain(word)
    for form in (key, key.removesuffix("loss"), key.removesuffix("layer")):
        alias = ALIASES.get(what, {}).get(form)
        if alias in spelled.values():
            return str(alias)
        if form in spelled and alias is None:
            return spelled[form]
    return ""


def remedy(word: str, what: str, known: Iterable[str]) -> str:
    """What to write for a word that is not known, as the end of an error."""
    known = list(known)
    found = meant(word, what, known)
    if found:
        return f": write '{found}'"
    alias = ALIASES.get(what, {}).get(plain(word), "")
    if " " in alias:
        return f": {alias}"
    table = {"loss": "losses"}.get(what, f"{what}s")
    everything = f" (`bpgen list {table}` shows all)" if what in ALIASES else ""
    return suggestion(word, known) or everything


def key_remedy(word: str, known: Iterable[str], elsewhere: Mapping[str, str]) -> str:
    """The same for a key; `elsewhere` says where other keys belong."""
    if word in elsewhere:
        return f": it belongs {elsewhere[word]}"
    found, other = meant(word, "key", known), meant(word, "key", elsewhere)
    if found:
        return f": write '{found}'"
    if other:
        return f": write '{other}'; it belongs {elsewhere[other]}"
    return suggestion(word, known)


def wanted_keys(word: str, known: Iterable[str]) -> set[str]:
    """The known keys that one that is not known may stand for."""
    known = list(known)
    return {meant(word, "key", known), *slips(word, known)}
