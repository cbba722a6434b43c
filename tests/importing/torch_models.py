"""Models of PyTorch as people write them, and what has no counterpart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import prune


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4, momentum=0.2)
        self.two = nn.Conv2d(4, 4, 3, padding="same")
        self.fc = nn.Linear(4 * 4 * 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.norm(self.one(x))), 2)
        x = F.relu(x + self.two(x))
        return self.fc(torch.flatten(x, 1))


class Recurrent(nn.Module):
    def __init__(self, kind: Any = nn.LSTM, take: str = "last", **options: Any) -> None:
        super().__init__()
        self.cells = kind(4, 5, **options)
        self.first, self.take = options.get("batch_first", False), take
        self.fc = nn.Linear(10 if options.get("bidirectional") else 5, 2)

    def forward(self, x: Tensor) -> Tensor:
        x, state = self.cells(x if self.first else x.transpose(0, 1))
        state = state[0] if isinstance(state, tuple) else state
        if self.take == "state":
            return self.fc(state[-1])
        if self.take == "states":
            return self.fc(torch.cat((state[-2], state[-1]), 1))
        return self.fc(x[:, -1] if self.first else x[-1])


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.fc = nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.encoder(x).mean(1))


class Multihead(nn.Module):
    def __init__(self, needs: bool) -> None:
        super().__init__()
        self.mix = nn.MultiheadAttention(8, 2, batch_first=True)
        self.needs = needs

    def forward(self, x: Tensor) -> Tensor:
        return self.mix(x, x, x, need_weights=self.needs)[0]


class CausalSelfAttention(nn.Module):
    def __init__(self, flash: bool) -> None:
        super().__init__()
        self.c_attn = nn.Linear(8, 24, bias=False)
        self.c_proj = nn.Linear(8, 8, bias=False)
        self.flash = flash
        self.register_buffer("bias", torch.tril(torch.ones(6, 6)).view(1, 1, 6, 6))

    def forward(self, x: Tensor) -> Tensor:
        b, t, c = x.size()
        parts = self.c_attn(x).split(8, dim=2)
        q, k, v = (part.view(b, t, 2, 4).transpose(1, 2) for part in parts)
        if self.flash:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            att = (q @ k.transpose(-2, -1)) * (1.0 / k.size(-1) ** 0.5)
            att = att.masked_fill(self.bias[:, :, :t, :t] == 0, float("-inf"))
            y = F.softmax(att, dim=-1) @ v
        return self.c_proj(y.transpose(1, 2).contiguous().view(b, t, c))


class Gpt(nn.Module):
    def __init__(self, flash: bool = False, tied: bool = False) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(11, 8), nn.Embedding(6, 8)
        self.ln_1, self.ln_2 = nn.LayerNorm(8), nn.LayerNorm(8, bias=False)
        self.attn = CausalSelfAttention(flash)
        self.mlp = nn.Sequential(nn.Linear(8, 32), nn.GELU(), nn.Linear(32, 8))
        self.lm_head = nn.Linear(8, 11, bias=False)
        if tied:
            self.lm_head.weight = self.wte.weight

    def forward(self, idx: Tensor) -> Tensor:
        _, t = idx.size()
        assert t <= 6
        x = self.wte(idx) + self.wpe(torch.arange(t))
        x = x + self.attn(self.ln_1(x))
        return self.lm_head(x + self.mlp(self.ln_2(x)))


class Head(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.key = nn.Linear(8, 4, bias=False)
        self.query = nn.Linear(8, 4, bias=False)
        self.value = nn.Linear(8, 4, bias=False)
        self.register_buffer("tril", torch.tril(torch.ones(6, 6)))

    def forward(self, x: Tensor) -> Tensor:
        _, t, _ = x.shape
        k, q = self.key(x), self.query(x)
        wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5
        wei = wei.masked_fill(self.tril[:t, :t] == 0, float("-inf"))
        return F.softmax(wei, dim=-1) @ self.value(x)


class Lecture(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.heads = nn.ModuleList([Head(), Head()])
        self.proj = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(torch.cat([head(x) for head in self.heads], dim=-1))


class Packed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.proj = nn.Linear(8, 24), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        b, n, c = x.shape
        qkv = self.qkv(x).reshape(b, n, 3, 2, 4).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        attn = ((q * 4**-0.5) @ k.transpose(-2, -1)).softmax(dim=-1)
        return self.proj((attn @ v).transpose(1, 2).reshape(b, n, c))


class RootMeanSquare(nn.Module):
    """As LLaMA writes it out."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(0.5, 1.5, size))

    def forward(self, x: Tensor) -> Tensor:
        variance = x.pow(2).mean(-1, keepdim=True)
        return self.weight * (x * torch.rsqrt(variance + 1e-5))


def halves(x: Tensor) -> Tensor:
    one, other = x.chunk(2, dim=-1)
    return torch.cat((-other, one), dim=-1)


class Rotary(nn.Module):
    """Attention whose queries and keys are turned, by halves or by neighbours."""

    def __init__(
        self,
        by_neighbours: bool = False,
        base: float = 10_000.0,
        dtype: torch.dtype = torch.float64,
    ) -> None:
        super().__init__()
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(self, name, nn.Linear(8, 8, bias=False))
        self.by_neighbours = by_neighbours
        speeds = base ** -(torch.arange(0, 4, 2, dtype=dtype) / 4)
        angles = torch.outer(torch.arange(6, dtype=dtype), speeds)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def turned(self, x: Tensor) -> Tensor:
        cos, sin = self.cos[: x.shape[2]], self.sin[: x.shape[2]]
        if self.by_neighbours:
            one, other = x[..., ::2], x[..., 1::2]
            both = (one * cos - other * sin, one * sin + other * cos)
            return torch.stack(both, dim=-1).flatten(-2)
        cos, sin = torch.cat((cos, cos), dim=-1), torch.cat((sin, sin), dim=-1)
        return x * cos + halves(x) * sin

    def forward(self, x: Tensor) -> Tensor:
        b, t, c = x.shape
        parts = (self.q_proj(x), self.k_proj(x), self.v_proj(x))
        q, k, v = (part.view(b, t, 2, 4).transpose(1, 2) for part in parts)
        q, k = self.turned(q), self.turned(k)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(y.transpose(1, 2).reshape(b, t, c))


class Llama(nn.Module):
    """A small LLaMA: norms written out, rotary positions, a gate (SwiGLU)."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.embed = nn.Embedding(11, 8)
        self.norm, self.post_norm = RootMeanSquare(8), RootMeanSquare(8)
        self.self_attn = Rotary(**options)
        self.gate, self.up = (nn.Linear(8, 12, bias=False) for _ in range(2))
        self.down, self.head = nn.Linear(12, 8, bias=False), nn.Linear(8, 11)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        x = x + self.self_attn(self.norm(x))
        y = self.post_norm(x)
        return self.head(x + self.down(F.silu(self.gate(y)) * self.up(y)))


class Shared(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(4, 4), nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.tanh(self.a(x))
        z = torch.relu(self.a(y))
        return self.b(torch.cat([y, z], dim=1)) * 2.5 - 0.5


class Said(nn.Module):
    """A model whose forward is one expression of x."""

    def __init__(self, function: Callable[[Any, Tensor], Tensor], **parts: Any) -> None:
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self, x)


def said(function: Callable[[Any, Tensor], Tensor], **parts: Any) -> Said:
    return Said(function, **parts)


class InALoop(nn.Module):
    """A cell that a loop of Python calls."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        h, c = torch.zeros(x.shape[0], 3).to(x), torch.zeros(x.shape[0], 3).to(x)
        for step in range(x.shape[1]):
            h, c = self.cell(x[:, step], (h, c))
        return h


class AssertsSize(nn.Module):
    """A model that looks at sizes, which ends a capture by symbols."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        assert x.shape[1] <= 8
        return self.a(x[:, None] if x.dim() == 2 else x)


def numbers(*shape: int) -> Tensor:
    return torch.linspace(-1.0, 1.0, 2 * torch.Size(shape).numel()).reshape(2, *shape)


def mlp() -> nn.Module:
    return nn.Sequential(
        nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3), nn.LogSoftmax(dim=-1)
    )


def convolutional() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, bias=False),
        nn.BatchNorm2d(4),
        nn.LeakyReLU(0.2),
        nn.AvgPool2d(2, padding=1, count_include_pad=False),
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Linear(16, 2),
    )


Pair = tuple[Callable[[], nn.Module], Tensor]
INDICES = torch.zeros(1, 6, dtype=torch.long)
SEQUENCE = numbers(6, 4)
IMAGE = numbers(2, 5, 5)
MODELS: dict[str, Pair] = {
    "mlp": (mlp, numbers(4)),
    "conv, norm, relu": (convolutional, numbers(1, 8, 8)),
    "residual": (Residual, numbers(1, 8, 8)),
    "lstm": (lambda: Recurrent(batch_first=True), SEQUENCE),
    "two lstms, two ways": (
        lambda: Recurrent(batch_first=True, num_layers=2, bidirectional=True),
        SEQUENCE,
    ),
    "gru by its state": (lambda: Recurrent(nn.GRU, "state"), SEQUENCE),
    "two ways by states": (
        lambda: Recurrent(take="states", batch_first=True, bidirectional=True),
        SEQUENCE,
    ),
    "rnn": (lambda: Recurrent(nn.RNN, nonlinearity="relu", bias=False), SEQUENCE),
    "nanoGPT": (Gpt, INDICES),
    "nanoGPT with flash": (lambda: Gpt(flash=True), INDICES),
    "tied weights": (lambda: Gpt(tied=True), INDICES),
    "lecture": (Lecture, numbers(6, 8)),
    "timm": (Packed, numbers(6, 8)),
    "multihead": (lambda: Multihead(False), numbers(6, 8)),
    "multihead with weights": (lambda: Multihead(True), numbers(6, 8)),
    "encoder": (Encoder, numbers(6, 8)),
    "llama": (Llama, INDICES),
    "llama by neighbours": (lambda: Llama(by_neighbours=True), INDICES),
    "rotary": (Rotary, numbers(6, 8)),
    "formulas": (
        lambda: said(
            lambda m, x: torch.log(torch.exp(-m.a(x).abs()) + 1.0).sqrt() ** 3,
            a=nn.Linear(4, 3),
        ),
        numbers(4),
    ),
    "squares": (
        lambda: said(
            lambda m, x: m.a(x) ** 2 + m.b(x) * m.b(x),
            a=nn.Linear(4, 3),
            b=nn.Linear(4, 3),
        ),
        numbers(4),
    ),
    "shared": (Shared, numbers(4)),
    "conv1d": (
        lambda: nn.Sequential(
            nn.Conv1d(6, 4, 3), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(4, 2)
        ),
        SEQUENCE,
    ),
    "transposed": (
        lambda: nn.Sequential(
            nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1),
            nn.GroupNorm(3, 3),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        ),
        numbers(2, 4, 4),
    ),
    "instance norm": (lambda: nn.InstanceNorm2d(2), numbers(2, 4, 4)),
    "rms norm": (lambda: nn.RMSNorm(4), numbers(6, 4)),
    "adaptive": (
        lambda: nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.AdaptiveMaxPool2d(1)),
        numbers(2, 4, 4),
    ),
    "activations": (
        lambda: nn.Sequential(
            nn.Linear(4, 4),
            *(nn.ELU(0.5), nn.SELU(), nn.CELU(2.0), nn.GELU("tanh"), nn.SiLU()),
            *(nn.Mish(), nn.Hardswish(), nn.Hardsigmoid(), nn.Hardtanh(), nn.ReLU6()),
            *(nn.Softplus(), nn.LogSigmoid(), nn.Softshrink(0.1), nn.Softmax(-1)),
        ),
        numbers(4),
    ),
    "permuted before a Linear": (
        lambda: said(
            lambda m, x: m.fc(m.conv(x).permute(0, 2, 3, 1).flatten(1)),
            conv=nn.Conv2d(1, 2, 3),
            fc=nn.Linear(8, 3),
        ),
        numbers(1, 4, 4),
    ),
    "channels last input": (
        lambda: said(
            lambda m, x: m.conv(x.permute(0, 3, 1, 2)), conv=nn.Conv2d(2, 2, 3)
        ),
        numbers(4, 4, 2),
    ),
    "padded image": (
        lambda: nn.Sequential(
            nn.ConstantPad2d((1, 0, 0, 2), -0.5),
            nn.Conv2d(2, 3, 2),
            nn.ZeroPad2d(1),
            nn.MaxPool2d(2),
        ),
        numbers(2, 4, 4),
    ),
    "padded sequence": (
        lambda: said(
            lambda m, x: m.r(F.pad(m.a(x), (0, 0, 2, 1)))[0][:, -1],
            a=nn.Linear(4, 3),
            r=nn.LSTM(3, 2, batch_first=True),
        ),
        SEQUENCE,
    ),
    "image by its columns": (
        lambda: said(
            lambda m, x: m.b(m.a(x).permute(0, 3, 1, 2)),
            a=nn.Conv2d(1, 2, 2),
            b=nn.Conv2d(3, 2, 2),
        ),
        numbers(1, 4, 4),
    ),
    "difference": (
        lambda: said(
            lambda m, x: m.a(x) - m.b(x), a=nn.Linear(4, 4), b=nn.Linear(4, 4)
        ),
        numbers(4),
    ),
    "conv1d to lstm": (
        lambda: said(
            lambda m, x: m.o(m.r(m.c(x.transpose(1, 2)).transpose(1, 2))[0][:, -1]),
            c=nn.Conv1d(4, 3, 3, padding=1),
            r=nn.LSTM(3, 2, batch_first=True),
            o=nn.Linear(2, 2),
        ),
        SEQUENCE,
    ),
    "image to attention": (
        lambda: said(
            lambda m, x: m.e(m.c(x).flatten(2).transpose(1, 2))[:, 0],
            c=nn.Conv2d(1, 4, 2, stride=2),
            e=nn.TransformerEncoderLayer(4, 2, 8, 0.0, batch_first=True),
        ),
        numbers(1, 4, 4),
    ),
    "attention of another size": (
        lambda: said(
            lambda m, x: m.o(
                torch.softmax(m.q(x) @ m.k(x).transpose(1, 2), -1) @ m.v(x)
            ),
            **{name: nn.Linear(4, 6) for name in "qkv"},
            o=nn.Linear(6, 4),
        ),
        SEQUENCE,
    ),
    "dropout in attention": (
        lambda: said(
            lambda m, x: m.o(
                nn.functional.dropout(
                    torch.softmax(m.q(x) @ m.k(x).mT, -1), 0.5, m.training
                )
                @ m.v(x)
            ),
            **{name: nn.Linear(4, 4) for name in "qkvo"},
        ),
        SEQUENCE,
    ),
    "multihead with dropout": (
        lambda: said(
            lambda m, x: m.a(x, x, x, need_weights=False)[0],
            a=nn.MultiheadAttention(4, 2, 0.25, batch_first=True),
        ),
        SEQUENCE,
    ),
    "max over time": (
        lambda: said(
            lambda m, x: m.b(m.a(x).max(1)[0]), a=nn.Linear(4, 3), b=nn.Linear(3, 2)
        ),
        SEQUENCE,
    ),
    "amax over time": (
        lambda: said(
            lambda m, x: m.b(m.a(x).amax(1)), a=nn.Linear(4, 3), b=nn.Linear(3, 2)
        ),
        SEQUENCE,
    ),
    "batch norm of a sequence": (
        lambda: nn.Sequential(nn.BatchNorm1d(6), nn.ReLU()),
        SEQUENCE,
    ),
    "batch norm of features": (
        lambda: said(
            lambda m, x: m.n(m.a(x).transpose(1, 2)).transpose(1, 2),
            a=nn.Linear(4, 3),
            n=nn.BatchNorm1d(3),
        ),
        SEQUENCE,
    ),
    "same with an even kernel": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 4, (2, 3), padding="same", groups=2),
            nn.Conv2d(4, 1, 2, dilation=2),
        ),
        IMAGE,
    ),
    "norms without parameters": (
        lambda: nn.Sequential(
            nn.BatchNorm2d(2, affine=False),
            nn.Flatten(),
            nn.LayerNorm(50, elementwise_affine=False),
        ),
        IMAGE,
    ),
    "group norm of an image": (
        lambda: nn.Sequential(
            nn.InstanceNorm2d(2, affine=True),
            nn.GroupNorm(1, 2),
            nn.LayerNorm([2, 5, 5]),
        ),
        IMAGE,
    ),
    "global max": (
        lambda: nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(2, 1)),
        IMAGE,
    ),
    "mean of an image": (
        lambda: said(lambda m, x: m.a(x.mean((2, 3))), a=nn.Linear(2, 1)),
        IMAGE,
    ),
    "one slope, many slopes": (
        lambda: nn.Sequential(
            nn.Linear(4, 3), nn.PReLU(3), nn.Linear(3, 1), nn.PReLU()
        ),
        numbers(4),
    ),
    "embedding with padding": (
        lambda: nn.Sequential(nn.Embedding(5, 3, padding_idx=0), nn.Flatten()),
        INDICES,
    ),
    "more positions than steps": (
        lambda: said(lambda m, x: x + m.p.weight[: x.shape[1]], p=nn.Embedding(9, 4)),
        SEQUENCE,
    ),
    "in place": (
        lambda: said(
            lambda m, x: torch.tanh(m.a(x).mul_(0.5).add_(1.0)), a=nn.Linear(4, 3)
        ),
        numbers(4),
    ),
    "steps first": (
        lambda: said(
            lambda m, x: m.r(x.transpose(0, 1))[0][-1], r=nn.LSTM(4, 3, dropout=0.0)
        ),
        SEQUENCE,
    ),
    "an assertion on a size": (AssertsSize, SEQUENCE),
    "spectral norm": (
        lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(4, 2)),
        numbers(4),
    ),
    "pruned": (
        lambda: prune.random_unstructured(nn.Linear(4, 2), "weight", 0.5),
        numbers(4),
    ),
    "weight_norm": (
        lambda: nn.utils.parametrizations.weight_norm(nn.Linear(4, 2)),
        numbers(4),
    ),
}


def refused_pool() -> nn.Module:
    return nn.MaxPool2d(2, ceil_mode=True)


REFUSED: dict[str, tuple[Callable[[], nn.Module], Tensor, str]] = {
    "softmax over channels": (
        lambda: nn.Softmax2d(),
        IMAGE,
        "a softmax over channels or steps has no counterpart",
    ),
    "rotary with another base": (
        lambda: Rotary(base=500_000.0),
        numbers(6, 8),
        "but rotary positions that turn pairs of a head's numbers by step / 10000",
    ),
    "a constant for each element": (
        lambda: said(
            lambda m, x: m.a(x) * torch.arange(4.0, dtype=x.dtype), a=nn.Linear(4, 4)
        ),
        numbers(4),
        "a constant for each element has no counterpart",
    ),
    "complex numbers": (
        lambda: said(
            lambda m, x: torch.view_as_real(
                torch.view_as_complex(m.a(x).view(-1, 2, 2))
            ),
            a=nn.Linear(4, 4),
        ),
        numbers(4),
        "complex numbers have no counterpart: write rotary positions with cos and sin",
    ),
    "squares alone": (
        lambda: said(
            lambda m, x: m.a(x).pow(2).mean(-1, keepdim=True), a=nn.Linear(4, 4)
        ),
        numbers(4),
        "the mean of squares has no counterpart but in a norm",
    ),
    "a power": (
        lambda: said(lambda m, x: m.a(x) ** 2.5, a=nn.Linear(4, 4)),
        numbers(4),
        "the power 2.5 has no counterpart: write products",
    ),
    "scores without a softmax": (
        lambda: said(
            lambda m, x: torch.relu(m.q(x) @ m.k(x).transpose(1, 2)) @ m.q(x),
            **{name: nn.Linear(4, 4) for name in "qk"},
        ),
        SEQUENCE,
        "a product of two values is only known in attention",
    ),
    "turned and nothing else": (
        lambda: said(
            lambda m, x: torch.relu(m.q(x) * torch.arange(4.0, dtype=x.dtype)),
            q=nn.Linear(4, 4),
        ),
        numbers(4),
        "a constant for each element has no counterpart",
    ),
    "a mean of squares into a Linear": (
        lambda: said(
            lambda m, x: m.q(m.q(x).pow(2).mean(-1, keepdim=True).expand(-1, 4)),
            q=nn.Linear(4, 4),
        ),
        numbers(4),
        "the mean of squares has no counterpart but in a norm",
    ),
    "padded channels": (
        lambda: said(
            lambda m, x: m.a(F.pad(x, (0, 0, 0, 0, 1, 1))), a=nn.Conv2d(4, 1, 2)
        ),
        IMAGE,
        "padding of channels has no counterpart",
    ),
    "cropped": (
        lambda: nn.ZeroPad2d(-1),
        IMAGE,
        "padding below 0 cuts off: that has no counterpart",
    ),
    "ceil_mode": (refused_pool, IMAGE, "ceil_mode=True has no counterpart"),
    "momentum=None": (
        lambda: nn.BatchNorm2d(2, momentum=None),
        IMAGE,
        "momentum=None is an average over all batches",
    ),
    "no statistics": (
        lambda: nn.BatchNorm2d(2, track_running_stats=False),
        IMAGE,
        "track_running_stats=False has no counterpart",
    ),
    "rrelu": (lambda: nn.RReLU(), IMAGE, "RReLU is random in training"),
    "dropout2d": (lambda: nn.Dropout2d(0.5), IMAGE, "dropout of whole channels"),
    "alpha dropout": (lambda: nn.AlphaDropout(0.5), IMAGE, "AlphaDropout has no"),
    "padding modes": (
        lambda: nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"),
        IMAGE,
        "padding in the mode reflect has no counterpart: only by a constant",
    ),
    "conv3d": (lambda: nn.Conv3d(1, 1, 2), numbers(1, 3, 3, 3), "conv3d has no"),
    "pixel shuffle": (
        lambda: nn.PixelShuffle(2),
        numbers(4, 2, 2),
        "pixel_shuffle has no counterpart",
    ),
    "upsample": (lambda: nn.Upsample(scale_factor=2), IMAGE, "has no counterpart"),
    "bilinear": (
        lambda: said(lambda m, x: m.b(x, x), b=nn.Bilinear(4, 4, 2)),
        numbers(4),
        "bilinear has no counterpart",
    ),
    "max over all": (
        lambda: said(lambda m, x: m.a(x) + x.max(), a=nn.Linear(4, 4)),
        SEQUENCE,
        "a maximum over axes [0, 1, 2] of [6, 4] has no counterpart",
    ),
    "larger of two": (
        lambda: said(lambda m, x: torch.max(m.a(x), x), a=nn.Linear(4, 4)),
        SEQUENCE,
        "the larger of two values has no counterpart",
    ),
    "broadcast": (
        lambda: said(lambda m, x: x * m.a(x), a=nn.Linear(4, 1)),
        numbers(4),
        "net.yaml adds equal shapes only",
    ),
    "two outputs": (
        lambda: said(lambda m, x: (x, m.a(x)), a=nn.Linear(4, 1)),
        numbers(4),
        "the model has 2 outputs",
    ),
    "proj_size": (
        lambda: said(
            lambda m, x: m.c(x)[0], c=nn.LSTM(4, 5, batch_first=True, proj_size=2)
        ),
        SEQUENCE,
        "proj_size has no counterpart",
    ),
    "all states": (
        lambda: said(
            lambda m, x: m.c(x)[1].transpose(0, 1).flatten(1),
            c=nn.GRU(4, 3, 2, batch_first=True),
        ),
        SEQUENCE,
        "the last states of all layers at once have no counterpart",
    ),
    "dropout of scores": (
        lambda: said(
            lambda m, x: m.o(
                torch.softmax(nn.functional.dropout(m.q(x) @ m.k(x).mT, 0.5), -1)
                @ m.v(x)
            ),
            **{name: nn.Linear(4, 4) for name in "qkvo"},
        ),
        SEQUENCE,
        "dropout of scores before their softmax",
    ),
    "attention to other features": (
        lambda: said(
            lambda m, x: m.o(torch.softmax(m.q(x) @ m.k(x).mT, -1) @ m.v(x)),
            **{name: nn.Linear(4, 4) for name in "qkv"},
            o=nn.Linear(4, 3),
        ),
        SEQUENCE,
        "attention from 4 features to 3 has no counterpart",
    ),
    "another mask": (
        lambda: said(
            lambda m, x: m.o(
                torch.softmax(m.q(x) @ m.k(x).mT + torch.full((6, 6), 0.5), -1) @ m.v(x)
            ),
            **{name: nn.Linear(4, 4) for name in "qkvo"},
        ),
        SEQUENCE,
        "a bias of the scores has no counterpart",
    ),
    "no projection": (Head, numbers(6, 8), "attention without an output projection"),
    "softplus with beta": (lambda: nn.Softplus(2.0), numbers(4), "Softplus(beta)"),
    "embedding inside": (
        lambda: said(
            lambda m, x: m.b(m.a(x).argmax(2)),
            a=nn.Embedding(4, 4),
            b=nn.Embedding(4, 3),
        ),
        INDICES,
        "argmax has no counterpart",
    ),
    "max_norm": (lambda: nn.Embedding(4, 3, max_norm=1.0), INDICES, "max_norm has no"),
    "a branch on data": (
        lambda: said(lambda m, x: x if x.sum() > 0 else -x),
        numbers(4),
        "PyTorch cannot capture the model",
    ),
    "mixed samples": (
        lambda: said(lambda m, x: m.a(x.flip(0)), a=nn.Linear(4, 2)),
        numbers(4),
        "samples of a batch are mixed",
    ),
    "channels last norm": (
        lambda: nn.LayerNorm(5),
        IMAGE,
        "a norm over [5] of [2, 5, 5] has no counterpart",
    ),
    "a pool with steps between": (
        lambda: nn.MaxPool2d(2, dilation=2),
        IMAGE,
        "dilation",
    ),
    "a pool's divisor": (
        lambda: nn.AvgPool2d(2, divisor_override=3),
        IMAGE,
        "divisor_override",
    ),
    "places of a pool": (
        lambda: said(lambda m, x: m.p(x)[1], p=nn.MaxPool2d(2, return_indices=True)),
        IMAGE,
        "has no counterpart",
    ),
    "uneven adaptive pool": (
        lambda: nn.AdaptiveAvgPool2d(3),
        IMAGE,
        "an adaptive pool from [5, 5] to [3, 3] has windows of several sizes",
    ),
    "instance norm that remembers": (
        lambda: nn.InstanceNorm2d(2, track_running_stats=True),
        IMAGE,
        "running statistics of an InstanceNorm have no counterpart",
    ),
    "transposed conv1d": (
        lambda: nn.ConvTranspose1d(6, 2, 3),
        SEQUENCE,
        "has no counterpart",
    ),
    "log_softmax over channels": (
        lambda: nn.LogSoftmax(1),
        IMAGE,
        "a softmax over channels or steps has no counterpart",
    ),
    "lp pool": (lambda: nn.LPPool2d(2, 2), IMAGE, "has no counterpart"),
    "local response": (lambda: nn.LocalResponseNorm(2), IMAGE, "has no counterpart"),
    "unfold": (lambda: nn.Unfold(2), IMAGE, "has no counterpart"),
    "channel shuffle": (
        lambda: nn.ChannelShuffle(2),
        numbers(4, 3, 3),
        "has no",
    ),
    "sum of a bag": (
        lambda: nn.EmbeddingBag(5, 3),
        INDICES,
        "has no counterpart",
    ),
    "states that are given": (
        lambda: said(
            lambda m, x: m.c(x, m.h.expand(1, x.shape[0], 3).contiguous())[0],
            c=nn.GRU(4, 3, batch_first=True),
            h=nn.Parameter(torch.ones(1, 1, 3)),
        ),
        SEQUENCE,
        "has no counterpart",
    ),
    "the cell's state": (
        lambda: said(lambda m, x: m.c(x)[1][1][-1], c=nn.LSTM(4, 3, batch_first=True)),
        SEQUENCE,
        "it gives only its outputs and h_n in net.yaml",
    ),
    "a cell in a loop": (InALoop, SEQUENCE, "use nn.LSTM, not a loop over cells"),
    "what PyTorch cannot train": (
        lambda: said(lambda m, x: F.relu_(m.a(x)).add_(1.0), a=nn.Linear(4, 3)),
        numbers(4),
        "PyTorch itself cannot train the model: one of the variables",
    ),
    "keys of another layer": (
        lambda: said(
            lambda m, x: m.a(x, m.b(x), m.b(x), need_weights=False)[0],
            a=nn.MultiheadAttention(4, 2, batch_first=True),
            b=nn.Linear(4, 4),
        ),
        SEQUENCE,
        "has no counterpart in net.yaml",
    ),
    "a bias of keys": (
        lambda: said(
            lambda m, x: m.a(x, x, x, need_weights=False)[0],
            a=nn.MultiheadAttention(4, 2, add_bias_kv=True, batch_first=True),
        ),
        SEQUENCE,
        "add_bias_kv has no counterpart: leave it out",
    ),
    "layer norm over two axes": (
        lambda: nn.LayerNorm([6, 4]),
        SEQUENCE,
        "a norm over [6, 4] of [6, 4] has no counterpart",
    ),
}
