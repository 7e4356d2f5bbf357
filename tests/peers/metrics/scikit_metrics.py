"""Metrics as scikit-learn 1.2.1 computes them; what it lacks, from the definition, with numpy and pandas.

    python3 tests/peers/metrics/scikit_metrics.py CASES.json ANSWERS.json
    python3 tests/peers/metrics/scikit_metrics.py --time FOLDER

CASES.json holds a list of cases: task, outputs, answers, labels, weights, groups, days, cards, threshold, and the names of metrics. ANSWERS.json gets a list
of objects: for each name the value, the warning that came with it, or what was raised. A row of weight 0 is a row that is not there.
--time reads FOLDER/scores.bin (doubles) and FOLDER/labels.bin (bytes), and prints each metric, its value and the seconds it took, reading excluded.
"""
import json
import math
import os
import sys
import time
import warnings

import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.preprocessing import label_binarize


class Rows:
    def __init__(self, case):
        self.classes = {"binary": 2, "multiClass": case["outputs"], "regression": 0}[case["task"]]
        answers = np.array(case["answers"], dtype=float)
        labels = np.array(case["labels"], dtype=float)
        weights = np.array(case["weights"], dtype=float) if case.get("weights") else None
        keep = np.ones(len(labels), dtype=bool) if weights is None else weights > 0
        self.scores = (answers if case["outputs"] == 1 else answers.reshape(len(labels), -1))[keep]
        self.y = (labels.astype(int) if self.classes else labels)[keep]
        self.w = None if weights is None else weights[keep]
        # Rows are looked at for values below 0 whether or not they count.
        self.every = (labels, answers, weights)
        self.ones = np.ones(len(self.y)) if self.w is None else self.w
        for name in ("groups", "days", "cards"):
            setattr(self, name, np.array(case[name])[keep] if case.get(name) else None)
        if self.classes == 2:
            self.answered = (self.scores >= (0.5 if case.get("threshold") is None else case["threshold"])).astype(int)
        elif self.classes:
            self.answered = self.scores.argmax(axis=1)


def calibration_error(rows):
    if rows.classes == 2:
        predicted, came = rows.scores, rows.y
    else:
        predicted, came = rows.scores.max(axis=1), rows.answered == rows.y
    bins = np.digitize(predicted, np.linspace(0, 1, 11)[1:-1], right=True)
    gaps = [abs(np.sum((rows.ones * (predicted - came))[bins == b])) for b in range(10)]
    return sum(gaps) / rows.ones.sum()


def brier(rows):
    if rows.classes == 2:
        return metrics.brier_score_loss(rows.y, rows.scores, sample_weight=rows.w)
    return np.average(((rows.scores - np.eye(rows.classes)[rows.y]) ** 2).sum(axis=1), weights=rows.w)


def precision_at(rows, k):
    """The top k by weight; of tied rows each counts the same part."""
    if rows.ones.sum() < k:
        raise ValueError("fewer rows than k")
    left, found = k, 0.0
    for score in np.unique(rows.scores)[::-1]:
        tied = rows.scores == score
        part = min(1.0, left / rows.ones[tied].sum())
        found += part * (rows.ones * rows.y)[tied].sum()
        left -= part * rows.ones[tied].sum()
        if left <= 0:
            break
    return found / k


def one_versus_one(rows, average):
    if rows.w is None:
        return metrics.roc_auc_score(rows.y, rows.scores, labels=range(rows.classes), multi_class="ovo", average=average)
    # scikit-learn refuses weights here: the same pairs, each with its weighted figure.
    areas, shares = [], []
    present = np.unique(rows.y)
    for i, a in enumerate(present):
        for b in present[i + 1:]:
            pair = (rows.y == a) | (rows.y == b)
            area = [metrics.roc_auc_score(rows.y[pair] == c, rows.scores[pair, c], sample_weight=rows.w[pair]) for c in (a, b)]
            areas.append(np.mean(area))
            shares.append(rows.w[pair].sum())
    if not areas:
        raise ValueError("one class")
    return np.average(areas, weights=shares if average == "weighted" else None)


def over_queries(rows, figure):
    values, weights = [], []
    for query in np.unique(rows.groups):
        mine = rows.groups == query
        values.append(figure(rows.y[mine], rows.scores[mine]))
        weights.append(rows.ones[mine].mean())
    return np.average(values, weights=weights)


def ndcg(k, exponential):
    def figure(relevance, scores):
        gains = 2.0 ** relevance - 1 if exponential else relevance
        if len(gains) == 1:  # which scikit-learn takes for another kind of labels
            return float(gains[0] > 0)
        return metrics.ndcg_score([gains], [scores], k=k)
    return figure


def reciprocal_rank(k):
    def figure(relevance, scores):
        before = 0
        for score in np.unique(scores)[::-1]:
            tied = scores == score
            m, r = int(tied.sum()), int((relevance[tied] > 0).sum())
            if r:
                return sum(math.comb(m - j, r - 1) / math.comb(m, r) / (before + j) for j in range(1, m - r + 2) if before + j <= (k or math.inf))
            before += m
        return 0.0
    return figure


def card_precision(rows, k):
    frame = pd.DataFrame({"day": rows.days, "card": rows.cards, "score": rows.scores, "label": rows.y})
    found, days = set(), []
    for _, day in frame.groupby("day", sort=True):
        cards = day.groupby("card").agg(score=("score", "max"), label=("label", "max")).reset_index()
        cards = cards[~cards.card.isin(found)].sort_values(["score", "card"], ascending=[False, True])
        hits = cards.head(k)[cards.head(k).label == 1]
        days.append(len(hits) / k)
        found |= set(hits.card)
    return np.mean(days)


PLAIN = {
    "average precision": lambda r: metrics.average_precision_score(r.y, r.scores, sample_weight=r.w),
    "AUC ROC": lambda r: metrics.roc_auc_score(r.y, r.scores, sample_weight=r.w),
    "log loss": lambda r: metrics.log_loss(r.y, r.scores, labels=range(r.classes), sample_weight=r.w),
    "Brier score": brier,
    "expected calibration error": calibration_error,
    "accuracy": lambda r: metrics.accuracy_score(r.y, r.answered, sample_weight=r.w),
    "balanced accuracy": lambda r: metrics.balanced_accuracy_score(r.y, r.answered, sample_weight=r.w),
    "MCC": lambda r: metrics.matthews_corrcoef(r.y, r.answered, sample_weight=r.w),
    "RMSE": lambda r: metrics.mean_squared_error(r.y, r.scores, sample_weight=r.w, squared=False),
    "MAE": lambda r: metrics.mean_absolute_error(r.y, r.scores, sample_weight=r.w),
    "RMSLE": lambda r: metrics.mean_squared_log_error(r.every[0], r.every[1], sample_weight=r.every[2], squared=False),
    "R²": lambda r: metrics.r2_score(r.y, r.scores, sample_weight=r.w),
    "MAPE": lambda r: metrics.mean_absolute_percentage_error(r.y, r.scores, sample_weight=r.w),
}


def value(name, rows):
    if name in PLAIN:
        return PLAIN[name](rows)
    start, _, number = name.partition("@")
    k = int(number) if number and start != "pinball" else None
    if start == "pinball":
        return metrics.mean_pinball_loss(rows.y, rows.scores, alpha=float(number), sample_weight=rows.w)
    if start == "precision" and k:
        return precision_at(rows, k)
    if start == "card precision":
        return card_precision(rows, k)
    if start in ("NDCG", "exponential NDCG"):
        return over_queries(rows, ndcg(k, start != "NDCG"))
    if start == "MRR":
        return over_queries(rows, reciprocal_rank(k))
    words = name.split(" ")
    average = words[-1] if words[-1] in ("macro", "micro", "weighted") else "binary"
    if name.startswith("AUC ROC ovr"):
        return metrics.roc_auc_score(rows.y, rows.scores, labels=range(rows.classes), multi_class="ovr", average=average, sample_weight=rows.w)
    if name.startswith("AUC ROC ovo"):
        return one_versus_one(rows, average)
    if name.startswith("average precision"):
        return metrics.average_precision_score(label_binarize(rows.y, classes=range(rows.classes)), rows.scores, average=average, sample_weight=rows.w)
    if words[0] == "precision":
        return metrics.precision_score(rows.y, rows.answered, average=average, sample_weight=rows.w)
    if words[0] == "recall":
        return metrics.recall_score(rows.y, rows.answered, average=average, sample_weight=rows.w)
    return metrics.fbeta_score(rows.y, rows.answered, beta=float(words[0][1:]), average=average, sample_weight=rows.w)


def answer(name, rows):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            number = float(value(name, rows))
        except (ValueError, ZeroDivisionError) as error:
            return {"raised": str(error)}
    found = {} if math.isnan(number) else {"value": number}
    told = [w for w in told if not issubclass(w.category, DeprecationWarning)]
    return {**found, "warned": str(told[0].message)} if told else found


def answers(case):
    rows = Rows(case)
    return {name: answer(name, rows) for name in case["metrics"]}


def timed(folder):
    scores = np.fromfile(os.path.join(folder, "scores.bin"))
    labels = np.fromfile(os.path.join(folder, "labels.bin"), dtype=np.int8)
    for name, metric in (("AUC ROC", metrics.roc_auc_score), ("average precision", metrics.average_precision_score)):
        begun = time.perf_counter()
        number = metric(labels, scores)
        print(f"{name}\t{number!r}\t{time.perf_counter() - begun:.4f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--time":
        timed(sys.argv[2])
    else:
        with open(sys.argv[1]) as file:
            cases = json.load(file)
        with open(sys.argv[2], "w") as file:
            json.dump([answers(case) for case in cases], file)
