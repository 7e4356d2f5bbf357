"""Makes scipy-bootstrap.json with scipy 1.10.1: python3 scipy-bootstrap.py > scipy-bootstrap.json

Resamples are drawn here as Kiln draws them (SplitMix64, a stream for each seed and number), and scipy computes BCa intervals of them; and scipy draws its own.
"""
import json
import warnings

import numpy as np
import scipy
from scipy.special import ndtr, ndtri
from scipy.stats import _resampling, bootstrap, rankdata

warnings.simplefilter("error")
random = np.random.RandomState(5)
RESAMPLES, SEED = 999, 17
MASK = np.uint64(0xFFFFFFFF)


def mix(value):
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def numbers(number, count):
    """The first random numbers of 64 bits of a resample."""
    start = mix(np.array([SEED << 32 | number], dtype=np.uint64))
    return mix(start + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, count + 1, dtype=np.uint64))


def below(values, bound):
    """The upper half of the product of 128 bits."""
    bound = np.uint64(bound)
    return (((values >> np.uint64(32)) * bound + ((values & MASK) * bound >> np.uint64(32))) >> np.uint64(32)).astype(int)


def average_precision(labels, scores):
    order = np.argsort(-scores, kind="stable")
    scores, hits = scores[order], np.cumsum(labels[order])
    ends = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    precision, recall = hits[ends] / (ends + 1), hits[ends] / hits[-1]
    return np.sum(np.diff(np.append(0, recall)) * precision)


def area(labels, scores):
    ranks, positives = rankdata(scores), labels.sum()
    return (ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))


def case(name, statistic, samples, **data):
    """The samples are the strata's units; the statistic takes units."""
    def of(*drawn):
        return statistic(np.concatenate(drawn).astype(int))

    counts = [len(units) for units in samples]
    theta = []
    for number in range(RESAMPLES):
        values = np.split(numbers(number, sum(counts)), np.cumsum(counts)[:-1])
        theta.append(of(*(units[below(value, len(units))] for units, value in zip(samples, values))))
    theta, many = np.array(theta), _resampling._vectorize_statistic(of)
    estimate = float(of(*samples))
    result = dict(name=name, estimate=estimate, first=theta[:5].tolist(), error=float(theta.std(ddof=1)), **data)
    result["bias"] = float(ndtri(_resampling._percentile_of_score(theta, estimate, -1)))
    result["intervals"] = []
    for confidence in (0.9, 0.95, 0.99):
        lower, upper, acceleration = _resampling._bca_interval(samples, many, -1, (1 - confidence) / 2, theta, None)
        result["intervals"].append([confidence, *(float(_resampling._percentile_along_axis(theta, 100 * share)) for share in (lower, upper))])
    result["acceleration"] = float(acceleration)
    own = bootstrap(samples, of, n_resamples=9999, vectorized=False, method="BCa", random_state=random, batch=1000).confidence_interval
    result["own"] = [float(own.low), float(own.high)]
    return result


def cases():
    values = random.exponential(size=40)
    yield case("mean", lambda rows: values[rows].mean(), [np.arange(40)], values=values.tolist())
    skewed = np.exp(random.normal(size=60))
    yield case("root mean square", lambda rows: np.sqrt((skewed[rows] ** 2).mean()), [np.arange(60)], values=skewed.tolist())
    labels = np.arange(90) % 3 == 0
    scores, other = random.normal(size=90) + 1.2 * labels, random.normal(size=90) + 0.8 * labels
    other = np.round(0.6 * scores + 0.8 * other, 1)  # with ties
    ranked = dict(labels=labels.tolist(), scores=scores.tolist(), other=other.tolist())
    yield case("average precision", lambda rows: average_precision(labels[rows], scores[rows]), [np.arange(90)], **ranked)
    yield case("difference of AUC ROC", lambda rows: area(labels[rows], scores[rows]) - area(labels[rows], other[rows]), [np.arange(90)], **ranked)
    strata = [np.flatnonzero(~labels), np.flatnonzero(labels)]
    yield case("average precision within classes", lambda rows: average_precision(labels[rows], scores[rows]), strata, **ranked)
    clusters = np.concatenate([np.repeat(np.arange(25), np.arange(25) % 4 + 1)])
    clustered = random.exponential(size=25)[clusters] + random.exponential(size=len(clusters))
    of = [np.flatnonzero(clusters == cluster) for cluster in range(25)]
    yield case("mean of clusters", lambda units: clustered[np.concatenate([of[unit] for unit in units])].mean(), [np.arange(25)], values=clustered.tolist(), clusters=clusters.tolist())


points = [-37.5, -12.0, -6.0, -3.0001, -3.0, -1.96, -0.5, -1e-9, 0.0, 0.3, 1.0, 2.9999, 3.0, 5.0, 9.0]
print(json.dumps(dict(madeWith=f"scipy {scipy.__version__}, numpy {np.__version__}", seed=SEED, resamples=RESAMPLES, cases=list(cases()),
                      normal=[[point, float(ndtr(point))] for point in points])))
