"""The difference of two models' average precision over bootstrap resamples, as it is written with scikit-learn 1.2.1, and in numpy alone.

    python3 tests/peers/resampling/resampling.py FOLDER RESAMPLES

FOLDER holds one.bin and other.bin (a double a row) and labels.bin (a byte a row). Prints both estimates, then for each way its name and the seconds of a resample.
"""
import sys
import time

import numpy as np
from sklearn.metrics import average_precision_score


def main():
    folder, resamples = sys.argv[1], int(sys.argv[2])
    one, other = (np.fromfile(f"{folder}/{name}.bin", dtype=np.float64) for name in ("one", "other"))
    labels = np.fromfile(f"{folder}/labels.bin", dtype=np.uint8).astype(bool)
    print("estimates", repr(average_precision_score(labels, one)), repr(average_precision_score(labels, other)))
    random = np.random.default_rng(0)

    start = time.perf_counter()
    for _ in range(resamples):
        rows = random.integers(0, len(labels), len(labels))
        average_precision_score(labels[rows], one[rows]) - average_precision_score(labels[rows], other[rows])
    print("scikit-learn", (time.perf_counter() - start) / resamples)

    # Sorted once, counts for weights; these scores have no ties.
    orders = [np.argsort(-scores) for scores in (one, other)]
    sorted_labels = [labels[order] for order in orders]
    start = time.perf_counter()
    for _ in range(resamples):
        counts = np.bincount(random.integers(0, len(labels), len(labels)), minlength=len(labels))
        figures = []
        for order, positive in zip(orders, sorted_labels):
            weights = counts[order]
            hits = np.cumsum(weights * positive)
            alerts = np.cumsum(weights)
            hit = (weights > 0) & positive
            figures.append(np.sum(weights[hit] * (hits[hit] / alerts[hit])) / hits[-1])
        figures[0] - figures[1]
    print("numpy", (time.perf_counter() - start) / resamples)


main()
