"""How scikit-learn's perceptrons learn, as net.yaml says it."""

from __future__ import annotations

from typing import Any

from bpgen.importing.draft import Draft
from bpgen.importing.imported import Trained

MOST_AUTO = 200  # batch_size='auto' is the smaller of this and the samples
LOSSES = {
    "softmax": "cross_entropy",
    "logistic": "binary_cross_entropy",
    "identity": "half_squared_error",
}


def mlp_training(draft: Draft, model: Any) -> Trained:
    """The loss, the optimizer and the loop of an MLPClassifier or MLPRegressor."""
    batch = _batch_size(model)
    if model.early_stopping:
        draft.note(
            "early stopping is left out: scikit-learn's goes by accuracy or R^2, "
            "net.yaml's by the loss"
        )
    alpha = float(model.alpha)
    return Trained(
        loss=LOSSES[model.out_activation_],
        optimizer=_optimizer(draft, model),
        training={
            "epochs": int(model.max_iter),
            "batch_size": batch,
            "shuffle": bool(model.shuffle),
        },
        regularization={"l2": alpha / batch} if alpha else {},
    )


def _batch_size(model: Any) -> int:
    """The batch size; of 'auto' by the samples that were seen."""
    if model.batch_size != "auto":
        return int(model.batch_size)
    seen = int(getattr(model, "t_", 0)) // max(1, int(getattr(model, "n_iter_", 1)))
    return min(MOST_AUTO, seen) or MOST_AUTO


def _optimizer(draft: Draft, model: Any) -> dict[str, Any]:
    rate = float(model.learning_rate_init)
    if model.solver == "sgd":
        if model.learning_rate != "constant":
            draft.note(
                f"learning_rate='{model.learning_rate}' has no counterpart: the rate "
                "stays as it is; write a schedule"
            )
        found: dict[str, Any] = {"type": "sgd", "learning_rate": rate}
        if model.momentum:
            found["momentum"] = float(model.momentum)
            found["nesterov"] = bool(model.nesterovs_momentum)
        return found
    if model.solver == "lbfgs":
        draft.note("lbfgs has no counterpart: adam takes its place")
        return {"type": "adam", "learning_rate": 0.001}
    draft.note(
        "scikit-learn's adam adds epsilon before the correction for its start: steps "
        "differ by about as much"
    )
    return {
        "type": "adam",
        "learning_rate": rate,
        "beta1": float(model.beta_1),
        "beta2": float(model.beta_2),
        "epsilon": float(model.epsilon),
    }
