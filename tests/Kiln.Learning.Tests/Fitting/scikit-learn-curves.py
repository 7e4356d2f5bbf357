#!/usr/bin/env python3
"""Makes scikit-learn-curves.json: curves of answers at 101 places, by scikit-learn and numpy. Run: python3 scikit-learn-curves.py"""
import json
import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

random = np.random.default_rng(11)
places = np.arange(101) / 100

labels = random.random(200) < 0.2
scores = np.round(np.clip(0.3 * labels + random.random(200) * 0.7, 0, 1), 2).astype(np.float32)  # many ties
fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
precision, recall, _ = precision_recall_curve(labels, scores)
precision, recall = precision[::-1], recall[::-1]  # recall rising
by_recall = [float(precision[np.nonzero(recall >= place - 1e-12)[0][0]]) for place in places]

classes = random.integers(0, 3, 120)
probabilities = random.dirichlet(np.ones(3), 120).astype(np.float32)
right = probabilities.argmax(axis=1) == classes
order = np.argsort(-probabilities.max(axis=1), kind="stable")
counts = [max(1, round(place * 120)) for place in places]
surest = [float(right[order][:count].mean()) for count in counts]

values = random.gamma(2, 10, 150).astype(np.float32)
answers = (values + random.normal(0, 6, 150)).astype(np.float32)
errors = np.abs(answers.astype(float) - values.astype(float))
within = [float((errors <= 1.5 * place * values.astype(float).std()).mean()) for place in places]

json.dump({
    "labels": labels.astype(int).tolist(), "scores": [float(score) for score in scores], "roc": np.interp(places, fpr, tpr).tolist(), "precision": by_recall,
    "classes": classes.tolist(), "probabilities": [float(p) for p in probabilities.ravel()], "surest": surest,
    "values": [float(v) for v in values], "answers": [float(a) for a in answers], "within": within,
}, open("scikit-learn-curves.json", "w"))
