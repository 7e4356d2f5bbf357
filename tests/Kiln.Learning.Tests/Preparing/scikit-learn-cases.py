"""Makes scikit-learn-cases.json with scikit-learn 1.2.1 and pandas 1.5.3: python3 scikit-learn-cases.py > scikit-learn-cases.json"""
import json
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, QuantileTransformer, RobustScaler, StandardScaler

warnings.simplefilter("ignore")  # fewer rows than quantiles is meant
random = np.random.RandomState(11)


def numbers(case):
    rows = random.randint(2, 90)
    shape = case % 5
    values = (
        random.randn(rows) * 10 ** random.uniform(-3, 5) + random.randn() * 100 if shape == 0
        else np.round(random.exponential(3, rows)) if shape == 1  # many ties
        else np.full(rows, 0.1 + case) if shape == 2  # constant
        else np.where(random.rand(rows) < 0.8, 0.0, random.lognormal(8, 2, rows)) if shape == 3  # mostly zero
        else random.standard_cauchy(rows))
    train, later = values, np.concatenate([values[: rows // 2], random.randn(20) * values.std() * 2 + values.mean()])
    if case % 2 and rows > 4:
        train = np.where(random.rand(rows) < 0.2, np.nan, train)
        if np.isnan(train).all():
            train[0] = 1.5
    return train, later


def nullable(values):
    return [None if np.isnan(value) else float(value) for value in values]


def number_case(case):
    train, later = numbers(case)
    answers = {}
    for name, step in {
        "standardize": StandardScaler(),
        "robust": RobustScaler(),
        "minMax": MinMaxScaler((-1, 2)),
        "uniform": QuantileTransformer(n_quantiles=1000, subsample=10**9),
        "normal": QuantileTransformer(n_quantiles=20, subsample=10**9, output_distribution="normal"),
        "median": SimpleImputer(strategy="median"),
        "mean": SimpleImputer(strategy="mean"),
        "mostFrequent": SimpleImputer(strategy="most_frequent"),
    }.items():
        step.fit(train[:, None])
        answers[name] = nullable(step.transform(np.concatenate([train, later])[:, None])[:, 0])
    return {"train": nullable(train), "later": nullable(later), "answers": answers}


def category_case(case):
    rows = random.randint(5, 80)
    values = np.array(["a", "B", "cc", "Å", "z9", "", "b", "0"])[random.choice(8, rows, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.03, 0.02])].astype(object)
    later = np.array(["a", "B", "new", "z9"], dtype=object)
    most, least = [(None, None), (3, None), (None, 6), (4, 3)][case % 4]
    encoder = OneHotEncoder(handle_unknown="ignore", max_categories=most, min_frequency=least, sparse_output=False)
    encoder.fit(values[:, None])
    labels = (random.rand(rows) < 0.4).astype(float) if case % 2 else random.randn(rows)
    smoothing = [0.0, 1.0, 10.0][case % 3]
    groups = pd.Series(labels).groupby(values)
    means = (groups.sum() + smoothing * labels.mean()) / (groups.count() + smoothing)
    target = pd.Series(np.concatenate([values, later])).map(means).fillna(labels.mean())
    return {
        "train": values.tolist(), "later": later.tolist(), "maxCategories": most, "minFrequency": least or 1,
        "oneHot": encoder.transform(np.concatenate([values, later])[:, None]).ravel().astype(int).tolist(), "width": len(encoder.get_feature_names_out()),
        "labels": labels.tolist(), "smoothing": smoothing, "target": target.tolist(),
    }


def times():
    at = pd.to_datetime(random.randint(-10**18, 4 * 10**18, 200))
    return {
        "micros": (at.asi8 // 1000).tolist(), "hour": at.hour.tolist(), "weekday": at.weekday.tolist(), "dayOfMonth": at.day.tolist(),
        "month": at.month.tolist(), "dayOfYear": at.dayofyear.tolist(), "year": at.year.tolist(),
    }


print(json.dumps({
    "madeWith": f"scikit-learn {sklearn.__version__}, pandas {pd.__version__}, numpy {np.__version__}",
    "numbers": [number_case(case) for case in range(60)],
    "categories": [category_case(case) for case in range(40)],
    "times": times(),
}, separators=(",", ":")))
