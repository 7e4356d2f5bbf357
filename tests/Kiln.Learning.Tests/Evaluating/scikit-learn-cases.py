"""Makes scikit-learn-cases.json with scikit-learn 1.2.1 and pandas 1.5.3: python3 scikit-learn-cases.py > scikit-learn-cases.json"""
import json
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")  # a ratio without a denominator is 0 in the answers, and that is meant
random = np.random.RandomState(7)


def scored(case):
    rows = random.randint(2, 80)
    labels = random.rand(rows) < random.choice([0.05, 0.3, 0.5, 0.9])
    labels[0], labels[1] = True, False
    scores = np.clip(random.beta(0.6, 2, rows) + 0.3 * labels * random.rand(rows), 0, 1)
    decimals = [1, 2, 16][case % 3]  # mostly ties, some ties, none
    scores = np.round(scores, decimals)
    if case % 10 == 0:
        scores[:] = 0.25  # everything tied
    if case % 7 == 0:
        scores[0], scores[1] = 0.0, 1.0  # the surest mistakes there are
    return scores, labels


def answers(case):
    scores, labels = scored(case)
    threshold = float(random.choice(scores))
    flagged = scores >= threshold
    share, mean = calibration_curve(labels, scores, n_bins=10)
    bins = np.digitize(scores, np.linspace(0, 1, 11)[1:-1], right=True)
    counts = np.bincount(bins, minlength=10)
    counts = counts[counts > 0]
    tn, fp, fn, tp = metrics.confusion_matrix(labels, flagged).ravel()
    result = {
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "threshold": threshold,
        "auc": metrics.roc_auc_score(labels, scores),
        "ap": metrics.average_precision_score(labels, scores),
        "logLoss": metrics.log_loss(labels, scores),
        "brier": metrics.brier_score_loss(labels, scores),
        "confusion": [int(tp), int(fp), int(fn), int(tn)],
        "precision": metrics.precision_score(labels, flagged),
        "recall": metrics.recall_score(labels, flagged),
        "f1": metrics.f1_score(labels, flagged),
        "mcc": metrics.matthews_corrcoef(labels, flagged),
        "accuracy": metrics.accuracy_score(labels, flagged),
        "binMeans": mean.tolist(),
        "binShares": share.tolist(),
        "ece": float(np.sum(counts * np.abs(share - mean)) / counts.sum()),
    }
    if case < 30:
        fpr, tpr, _ = metrics.roc_curve(labels, scores, drop_intermediate=False)
        precision, recall, _ = metrics.precision_recall_curve(labels, scores)
        result["roc"] = [fpr.tolist(), tpr.tolist()]
        result["precisionRecall"] = [recall[::-1].tolist(), precision[::-1].tolist()]
    return result


def card_precision(frame, k):
    found, days = set(), []
    for _, day in frame.groupby("day", sort=True):
        cards = day.groupby("card").agg(score=("score", "max"), label=("label", "max")).reset_index()
        cards = cards[~cards.card.isin(found)].sort_values(["score", "card"], ascending=[False, True])
        hits = cards.head(k)[cards.head(k).label]
        days.append(len(hits) / k)
        found |= set(hits.card)
    return days


def cards():
    rows, customers = 1500, 260
    frame = pd.DataFrame({
        "day": random.randint(0, 7, rows),
        "card": random.randint(0, customers, rows),
        "score": np.round(random.rand(rows), 2),
        "label": random.rand(rows) < 0.1,
    })
    # About 150 cards a day: 100 is a real choice, 200 more than there are.
    return {**{c: frame[c].tolist() for c in frame}, "precision": {str(k): card_precision(frame, k) for k in (5, 100, 200)}}


print(json.dumps({
    "madeWith": f"scikit-learn {sklearn.__version__}, pandas {pd.__version__}, numpy {np.__version__}",
    "cases": [answers(case) for case in range(200)],
    "cards": cards(),
}, separators=(",", ":")))
