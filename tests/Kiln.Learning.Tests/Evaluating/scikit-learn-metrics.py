"""Makes scikit-learn-metrics.json with scikit-learn 1.2.1 and scipy: python3 scikit-learn-metrics.py > scikit-learn-metrics.json

Cases of metrics as tests/peers/metrics/scikit_metrics.py answers them, and calibrations fitted to scores.
"""
import json
import os
import sys

import numpy as np
import scipy
import sklearn
from scipy import optimize, special
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "peers", "metrics"))
from scikit_metrics import answers

random = np.random.RandomState(11)
AVERAGED = [f"{name} {average}" for name in ("precision", "recall", "F1", "F2") for average in ("macro", "micro", "weighted")]


def weights(rows, number):
    kind = [None, "whole", "eighths", "any", None][number % 5]
    if kind is None:
        return None
    made = {"whole": random.randint(0, 4, rows) * 1.0, "eighths": random.randint(1, 40, rows) / 8, "any": random.rand(rows) * 5}[kind]
    made[0] = 1
    return made.tolist()


def rounded(values, number):
    return np.round(values, [1, 2, 16][number % 3])


def two_classes(number):
    rows = random.randint(1, 30)
    labels = (random.rand(rows) < [0.0, 1.0, 0.3, 0.5][number % 4]) * 1.0
    scores = rounded(np.clip(0.8 * random.rand(rows) + 0.3 * labels * random.rand(rows), 0, 1), number)
    names = ["AUC ROC", "average precision", "log loss", "Brier score", "expected calibration error", "accuracy", "balanced accuracy", "MCC", "precision", "recall",
             "F1", "F2", "F0.5", f"precision@{random.randint(1, rows + 3)}"]
    return {"task": "binary", "outputs": 1, "answers": scores.tolist(), "labels": labels.tolist(), "weights": weights(rows, number),
            "threshold": [None, 2.0, float(scores[0])][number % 3], "metrics": names + AVERAGED}


def classes(number):
    rows, count = random.randint(1, 30), random.randint(3, 5)
    labels = random.randint([0, 0, count - 2, count - 1][number % 4], count, rows) * 1.0
    parts = rounded(random.rand(rows, count) + 0.5 * np.eye(count)[labels.astype(int)], number) + 0.01
    names = [f"AUC ROC {way} {average}" for way in ("ovr", "ovo") for average in ("macro", "weighted")] + ["average precision macro", "average precision weighted",
             "log loss", "Brier score", "expected calibration error", "accuracy", "balanced accuracy", "MCC"]
    return {"task": "multiClass", "outputs": count, "answers": (parts / parts.sum(axis=1, keepdims=True)).ravel().tolist(), "labels": labels.tolist(),
            "weights": weights(rows, number), "metrics": names + AVERAGED}


def values(number):
    rows = [1, 2, 9, 25][number % 4]
    labels = np.full(rows, 2.0) if number % 5 == 0 else np.maximum(random.randn(rows) * 3 + 2, [0, -100][number % 2])
    found = labels if number % 10 == 0 else rounded(labels + [np.abs, np.positive][number % 2](random.randn(rows)), number)
    return {"task": "regression", "outputs": 1, "answers": found.tolist(), "labels": labels.tolist(), "weights": weights(rows, number),
            "metrics": ["RMSE", "MAE", "RMSLE", "R²", "MAPE", "pinball@0.9", "pinball@0.5"]}


def queries(number):
    rows, count = random.randint(1, 30), random.randint(1, 5)
    groups = random.randint(0, count, rows)
    each = weights(count, number)
    labels = random.randint(0, 4, rows) * 1.0 if number % 3 else 2 * random.rand(rows) * (random.rand(rows) < 0.5)
    return {"task": "regression", "outputs": 1, "answers": rounded(random.rand(rows), number).tolist(), "labels": labels.tolist(), "groups": groups.tolist(),
            "weights": None if each is None or not np.array(each)[groups].any() else np.array(each)[groups].tolist(),
            "metrics": ["NDCG", "NDCG@3", "exponential NDCG", "exponential NDCG@3", "MRR", "MRR@2"]}


def cards(number):
    rows = random.randint(1, 30)
    return {"task": "binary", "outputs": 1, "answers": rounded(random.rand(rows), number).tolist(), "labels": ((random.rand(rows) < 0.4) * 1.0).tolist(),
            "weights": weights(rows, number), "days": random.randint(17000, 17004, rows).tolist(), "cards": random.randint(0, 9, rows).tolist(),
            "metrics": ["card precision@1", "card precision@3", "card precision@20"]}


def platt(scores, labels, w):
    fitted = _SigmoidCalibration().fit(scores, labels, sample_weight=w)
    ones = np.ones(len(labels)) if w is None else w
    high, low = (ones[labels == 1].sum() + 1) / (ones[labels == 1].sum() + 2), 1 / (ones[labels == 0].sum() + 2)
    targets = np.where(labels == 1, high, low)
    design = np.stack([scores, np.ones(len(scores))], axis=1)

    def gradient(at):
        return design.T @ (ones * (special.expit(design @ at) - targets))

    def hessian(at):
        p = special.expit(design @ at)
        return design.T @ (design * (ones * p * (1 - p))[:, None])

    # scikit-learn stops at a gradient of 1e-5: from there on to the root.
    exact = optimize.root(gradient, [-fitted.a_, -fitted.b_], jac=hessian, tol=1e-14).x
    return {"scikitSlope": -fitted.a_, "scikitIntercept": -fitted.b_, "slope": exact[0], "intercept": exact[1]}


def isotonic(scores, labels, w):
    fitted = IsotonicRegression(out_of_bounds="clip").fit(scores, labels, sample_weight=w)
    asked = np.concatenate([[-0.5, 1.5], scores, random.rand(10)])
    return {"scores": fitted.X_thresholds_.tolist(), "values": fitted.y_thresholds_.tolist(), "asked": asked.tolist(), "answered": fitted.predict(asked).tolist()}


def temperature(logits, labels, w):
    """logits: [rows, classes]; the root of the log loss's derivative by what they are multiplied by."""
    ones = np.ones(len(labels)) if w is None else w

    def slope(sharpness):
        shares = special.softmax(sharpness * logits, axis=1)
        return (ones * ((shares * logits).sum(axis=1) - logits[np.arange(len(labels)), labels])).sum()

    if slope(0) >= 0 or slope(1000) <= 0:
        return None
    return 1 / optimize.brentq(slope, 0, 1000, xtol=1e-15, rtol=1e-15, maxiter=1000)


def calibration(number):
    rows = random.randint(10, 60)
    labels = (random.rand(rows) < 0.4).astype(int)
    labels[:2] = [0, 1]
    w = weights(rows, number)
    w = None if w is None else np.maximum(w, 0)
    if w is not None:
        w[:2] = 1
    scores = np.clip(rounded(special.expit(2 * random.randn(rows) + 1.5 * labels - 1), number), 0.001, 0.999)
    keep = np.ones(rows, bool) if w is None else w > 0
    kept = None if w is None else w[keep]
    odds = np.stack([np.zeros(rows), special.logit(scores)], axis=1)
    several = random.randint(0, 4, rows)
    shares = special.softmax(2 * random.randn(rows, 4) + 1.5 * np.eye(4)[several], axis=1)
    return {"scores": scores.tolist(), "labels": labels.tolist(), "weights": None if w is None else w.tolist(),
            "platt": platt(scores[keep], labels[keep], kept), "isotonic": isotonic(scores[keep], labels[keep], kept),
            "temperature": temperature(odds[keep], labels[keep], kept),
            "shares": shares.ravel().tolist(), "several": several.tolist(), "severalTemperature": temperature(np.log(shares)[keep], several[keep], kept)}


metrics = [make(number) for number in range(12) for make in (two_classes, classes, values, queries, cards)]
print(json.dumps({
    "madeWith": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}",
    "metrics": [{"case": case, "answers": answers(case)} for case in metrics],
    "calibrations": [calibration(number) for number in range(15)],
}, separators=(",", ":")))
