"""Student's t and Welch's test by scipy, for tests of ours: prints scipy-tests.json.

    /usr/bin/python3 scipy-tests.py > scipy-tests.json
"""
import json

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(4)
tails = [
    {"t": t, "freedom": freedom, "above": float(stats.t.sf(t, freedom))}
    for freedom in (1, 2.5, 29, 57.3, 400, 58_262)
    for t in (-3, -0.2, 0, 1e-6, 0.3, 1.7, 4, 9, 30)
]
welch = []
for size, rest, spread in ((30, 120, 1.5), (60, 61, 1.0), (150, 40, 0.4), (40, 400, 3.0), (25, 150, 0.5), (200, 30, 2.0)):
    here = np.round(rng.gamma(0.7, spread, size) + 0.2, 6)
    there = np.round(rng.gamma(0.7, 1.0, rest), 6)
    here_variance, there_variance = here.var(ddof=1), there.var(ddof=1)
    # What the smaller side lacks of the larger side's variance is made up: everything else is Welch's test.
    floored = max(here_variance, there_variance)
    t, p = stats.ttest_ind_from_stats(
        here.mean(), np.sqrt(floored if size <= rest else here_variance), size,
        there.mean(), np.sqrt(there_variance if size <= rest else floored), rest, equal_var=False, alternative="greater")
    welch.append({
        "here": here.tolist(), "there": there.tolist(), "t": float(t), "p": float(p),
        "raised": bool((size <= rest and here_variance < there_variance) or (size > rest and there_variance < here_variance)),
        "effect": float(np.sqrt(2) * (here.mean() - there.mean()) / np.sqrt(here_variance + there_variance)),
    })
    if not welch[-1]["raised"]:
        plain = stats.ttest_ind(here, there, equal_var=False, alternative="greater")
        assert np.isclose(plain.statistic, t) and np.isclose(plain.pvalue, p)

weighted = []
for size, rest, spread in ((40, 200, 1.5), (150, 60, 0.6), (80, 90, 1.0)):
    here, there = np.round(rng.gamma(0.7, spread, size) + 0.2, 6), np.round(rng.gamma(0.7, 1.0, rest), 6)
    one, other = np.round(rng.uniform(0.1, 3, size), 3), np.round(rng.gamma(1.5, 2, rest) + 0.01, 3)

    def moments(values, weights):
        """The weighted mean, its effective rows (Kish 1965), and the variance that is unbiased where all rows vary alike."""
        rows = weights.sum() ** 2 / (weights**2).sum()
        return np.average(values, weights=weights), rows, np.cov(values, aweights=weights).item()

    (here_mean, here_rows, here_variance), (there_mean, there_rows, there_variance) = moments(here, one), moments(there, other)
    floored = max(here_variance, there_variance)
    t, p = stats.ttest_ind_from_stats(
        here_mean, np.sqrt(floored if here_rows <= there_rows else here_variance), here_rows,
        there_mean, np.sqrt(there_variance if here_rows <= there_rows else floored), there_rows, equal_var=False, alternative="greater")
    weighted.append({
        "here": here.tolist(), "there": there.tolist(), "hereWeights": one.tolist(), "thereWeights": other.tolist(),
        "hereMean": float(here_mean), "hereRows": float(here_rows), "hereVariance": float(here_variance), "t": float(t), "p": float(p),
    })

print(json.dumps({"madeWith": f"scipy {scipy.__version__}", "tails": tails, "welch": welch, "weighted": weighted}))
