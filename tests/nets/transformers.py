"""Nets of the conformance tests for norms, embeddings and attention, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nets.net import Spec, dense, spec

STEPS = [3, 4]  # time steps, features
IMAGE = [4, 2, 3]  # channels, height, width


def group_norm(groups: int, **more: Any) -> Spec:
    """A group_norm layer."""
    return {"type": "group_norm", "groups": groups} | more


def embedding(vocabulary: int, size: int, **more: Any) -> Spec:
    """An embedding layer."""
    return {"type": "embedding", "vocabulary": vocabulary, "size": size} | more


def attention(heads: int, **more: Any) -> Spec:
    """An attention layer."""
    return {"type": "attention", "heads": heads} | more


def norm(kind: str, **more: Any) -> Spec:
    """A norm with options."""
    return {"type": kind} | more


NORM_NETS: Mapping[str, Spec] = {
    "layer_norm_flat": spec(3, [dense(4, "tanh"), "layer_norm", dense(2)]),
    "layer_norm_alone": spec(4, ["layer_norm"], "mse"),
    "layer_norm_steps": spec(STEPS, [norm("layer_norm", epsilon=0.25), dense(2)]),
    "layer_norm_image": spec([2, 2, 3], ["layer_norm", "flatten", dense(2)], "mse"),
    "layer_norm_no_bias": spec(STEPS, [norm("layer_norm", bias=False)], "mse"),
    "layer_norm_one_feature": spec([2, 1], ["layer_norm"], "mse"),
    "layer_norm_one_input": spec(1, ["layer_norm", dense(2)], "mse"),
    "rms_norm_flat": spec(3, [dense(4, "tanh"), "rms_norm", dense(2)]),
    "rms_norm_steps": spec(STEPS, [norm("rms_norm", epsilon=0.25), dense(2)]),
    "rms_norm_image": spec([2, 2, 3], ["rms_norm", "flatten", dense(2)], "mse"),
    "rms_norm_one_pixel": spec([1, 1, 1], ["rms_norm"], "mse"),
    "group_norm_flat": spec(6, [group_norm(3), dense(2)], "mse"),
    "group_norm_each": spec(3, [group_norm(3), dense(2)], "mse"),
    "group_norm_one": spec(5, [group_norm(1, epsilon=0.5)], "mse"),
    "group_norm_steps": spec(STEPS, [group_norm(2), dense(2)], "mse"),
    "group_norm_one_step": spec([1, 4], [group_norm(2)], "mse"),
    "group_norm_image": spec(IMAGE, [group_norm(2)], "mse"),
    "group_norm_channels": spec(IMAGE, [group_norm(4)], "mse"),
    "group_norm_one_pixel": spec([4, 1, 1], [group_norm(2)], "mse"),
    "norm_shared": spec(
        STEPS,
        [
            norm("layer_norm", name="h"),
            dense(4, "tanh"),
            norm("layer_norm", share="h"),
            dense(2),
        ],
    ),
    "norm_frozen": spec(
        STEPS, [norm("layer_norm", name="h"), dense(2)], frozen=["h.weight"]
    ),
    "optimizer_l2_of_norms": spec(
        4,
        [dense(4, "tanh"), "layer_norm", "rms_norm", group_norm(2), dense(2)],
        "mse",
        regularization={"l1": 0.1, "l2": 0.2},
    ),
}

EMBEDDING_NETS: Mapping[str, Spec] = {
    "embedding_flat": spec(3, [embedding(4, 2), "flatten", dense(2, "tanh")]),
    "embedding_alone": spec(2, [embedding(3, 2)], "mse"),
    "embedding_one_step": spec(1, [embedding(3, 2), dense(2)], "mse"),
    "embedding_one_index": spec(2, [embedding(1, 3), dense(2)], "mse"),
    # Nothing flows back, so nothing reads the probabilities.
    "embedding_classes_frozen": spec(
        2, [embedding(3, 2, name="e")], "softmax_cross_entropy", frozen=["e"]
    ),
    "embedding_classes": spec(
        3,
        [embedding(5, 2), "positional_embedding", dense(4)],
        "softmax_cross_entropy",
    ),
    "embedding_initialized": spec(
        2,
        [
            embedding(4, 3, initializer={"type": "normal", "mean": 0, "std": 0.02}),
            norm("positional_embedding", initializer="he_uniform"),
            dense(2),
        ],
    ),
    "embedding_twice": spec(
        3,
        [
            embedding(4, 2, name="h"),
            embedding(3, 2, name="g", inputs=["input"]),
            {"type": "add", "inputs": ["h", "g"]},
            dense(2),
        ],
    ),
    "embedding_shared": spec(
        3,
        [
            embedding(4, 2, name="h"),
            embedding(4, 2, name="g", inputs=["input"], share="h"),
            {"type": "multiply", "inputs": ["h", "g"]},
            dense(2),
        ],
    ),
    "embedding_beside_numbers": spec(
        3,
        [
            embedding(4, 2, name="e"),
            {"type": "flatten", "name": "h"},
            dense(2, "tanh", name="g", inputs=["input"]),
            {"type": "concat", "inputs": ["h", "g"]},
            dense(2),
        ],
    ),
    "embedding_frozen": spec(
        2, [embedding(4, 2, name="h"), "positional_embedding"], frozen=["h"]
    ),
    "positional_alone": spec(STEPS, ["positional_embedding"], "mse"),
    "positional_one": spec([1, 1], ["positional_embedding", dense(1)], "mse"),
    "optimizer_l2_of_embeddings": spec(
        2,
        [embedding(4, 2), "positional_embedding", attention(1), dense(2)],
        "mse",
        regularization={"l1": 0.1, "l2": 0.2},
    ),
}

ATTENTION_NETS: Mapping[str, Spec] = {
    "attention": spec(STEPS, ["attention", dense(2)], "mse"),
    "attention_alone": spec([2, 2], ["attention"], "mse"),
    "attention_heads": spec(STEPS, [attention(2)], "mse"),
    "attention_heads_of_one": spec(STEPS, [attention(4), dense(2)], "mse"),
    "attention_causal": spec(STEPS, [attention(1, causal=True)], "mse"),
    "attention_causal_heads": spec(
        [4, 4], [attention(2, causal=True), dense(2, "tanh")], "mse"
    ),
    "attention_no_bias": spec(
        STEPS, [attention(2, causal=True, bias=False), dense(2)], "mse"
    ),
    "attention_one_step": spec([1, 2], [attention(1, causal=True)], "mse"),
    "attention_one_feature": spec([3, 1], [attention(1)], "mse"),
    "attention_initialized": spec(
        [2, 3], [attention(3, initializer="orthogonal"), dense(2)], "mse"
    ),
    "attention_shared": spec(
        [2, 3],
        [
            {"type": "attention", "name": "h"},
            norm("tanh"),
            {"type": "attention", "share": "h"},
        ],
        "mse",
    ),
    "attention_frozen": spec(
        [2, 3],
        [{"type": "attention", "name": "h"}, {"type": "attention", "name": "g"}],
        "mse",
        frozen=["h", "g.key.weight"],
    ),
    "optimizer_rates_of_attention": spec(
        [2, 2],
        [
            attention(1, name="h", learning_rate=2.0, regularization={"l2": 0.5}),
            dense(2),
        ],
        "mse",
    ),
    "attention_size": spec(STEPS, [attention(2, size=6), dense(2)], "mse"),
    "attention_smaller": spec(
        [3, 4], [attention(1, size=1, causal=True, bias=False)], "mse"
    ),
    "attention_size_initialized": spec(
        [2, 3], [attention(2, size=4, initializer="he_normal"), dense(2)], "mse"
    ),
    "attention_dropout": spec(
        STEPS, [attention(2, dropout=0.5, name="h"), dense(2)], "mse"
    ),
    "attention_causal_dropout": spec(
        [3, 2], [attention(1, size=2, causal=True, dropout=0.25), dense(2)], "mse"
    ),
    "attention_no_dropout": spec([2, 2], [attention(1, dropout=0)], "mse"),
    "attention_rotary": spec(STEPS, [attention(2, rotary=True), dense(2)], "mse"),
    "attention_rotary_size": spec(
        [4, 2], [attention(2, size=8, rotary=True, causal=True, bias=False)], "mse"
    ),
    "attention_rotary_one_step": spec([1, 2], [attention(1, rotary=True)], "mse"),
    "attention_rotary_dropout": spec(
        [2, 2], [attention(1, size=2, rotary=True, dropout=0.5), dense(2)], "mse"
    ),
    "attention_llama": spec(
        3,
        [
            embedding(4, 4, name="e"),
            norm("rms_norm"),
            attention(2, size=8, rotary=True, causal=True, bias=False, name="a"),
            {"type": "add", "inputs": ["e", "a"], "name": "r"},
            norm("rms_norm", name="n"),
            dense(6, "silu", bias=False, name="gate"),
            dense(6, bias=False, name="up", inputs=["n"]),
            {"type": "multiply", "inputs": ["gate", "up"]},
            dense(4, bias=False, name="down"),
            {"type": "add", "inputs": ["r", "down"]},
            norm("rms_norm", name="last"),
            dense(4, bias=False, name="head"),
        ],
        "softmax_cross_entropy",
        optimizer={"type": "adamw", "learning_rate": 0.01},
    ),
    "attention_gpt": spec(
        3,
        [
            embedding(4, 4, name="e"),
            "positional_embedding",
            norm("rms_norm", name="h"),
            norm("rms_norm"),
            attention(2, causal=True, bias=False, name="g"),
            {"type": "add", "inputs": ["h", "g"], "name": "f"},
            "rms_norm",
            dense(6, "relu", bias=False),
            dense(4, bias=False, name="m"),
            {"type": "add", "inputs": ["f", "m"]},
            dense(4, bias=False),
        ],
        "softmax_cross_entropy",
        optimizer={"type": "adam", "learning_rate": 0.01},
    ),
}

TRANSFORMER_NETS: Mapping[str, Spec] = {
    **NORM_NETS,
    **EMBEDDING_NETS,
    **ATTENTION_NETS,
}
