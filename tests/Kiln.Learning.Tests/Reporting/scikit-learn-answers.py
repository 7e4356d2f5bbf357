#!/usr/bin/env python3
"""Makes scikit-learn-answers.json: what scikit-learn and numpy make of the answers that ResultsTests gives. Run: python3 scikit-learn-answers.py"""
import json
import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

random = np.random.default_rng(7)
classes, rows = 4, 300
labels = random.integers(0, classes - 1, rows)  # nobody is of the last class
probabilities = random.dirichlet(np.ones(classes), rows).astype(np.float32)
probabilities[np.arange(rows), labels] += np.float32(0.4)
probabilities /= probabilities.sum(axis=1, keepdims=True)
answers = probabilities.argmax(axis=1)
precision, recall, f1, support = precision_recall_fscore_support(labels, answers, labels=range(classes), zero_division=0)

predicted = np.round(random.gamma(2, 50, 250), 3)
actual = np.round(predicted + random.normal(0, 10, 250), 3)
residuals = actual - predicted
edges = np.linspace(min(predicted.min(), actual.min()), max(predicted.max(), actual.max()), 41)
grid = np.histogram2d(actual, predicted, bins=[edges, edges])[0].astype(int)
order = np.argsort(predicted, kind="stable")
bands = [order[i * 250 // 20:(i + 1) * 250 // 20] for i in range(20)]

json.dump({
    "labels": labels.tolist(), "probabilities": [float(p) for p in probabilities.ravel()],
    "counts": confusion_matrix(labels, answers, labels=range(classes)).tolist(),
    "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(), "support": support.tolist(),
    "predicted": predicted.tolist(), "actual": actual.tolist(),
    "grid": [[int(i), int(j), int(grid[i, j])] for i, j in zip(*np.nonzero(grid))], "gridEdges": edges.tolist(),
    "residuals": np.histogram(residuals, bins=40)[0].tolist(), "residualEdges": np.histogram(residuals, bins=40)[1].tolist(),
    "bands": [[predicted[band].mean(), len(band), *np.quantile(residuals[band], [0.05, 0.25, 0.5, 0.75, 0.95])] for band in bands],
}, open("scikit-learn-answers.json", "w"))
