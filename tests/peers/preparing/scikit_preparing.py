"""Preprocessing with scikit-learn 1.2.1, step by step and of a whole table: fit and transform.

    python3 tests/peers/preparing/scikit_preparing.py FOLDER [--keep]

FOLDER holds numbers.bin ([4, rows] doubles, NaN where missing), categories.bin ([2, rows] int32) and labels.bin (rows float32), little-endian.
Prints each step and the seconds it took, reading excluded; --keep writes each step's values, row by row in single precision, to FOLDER/STEP.bin.
"""
import argparse
import os
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, QuantileTransformer, RobustScaler, StandardScaler

warnings.simplefilter("ignore")


class TargetEncoder(BaseEstimator, TransformerMixin):
    """Smoothed means, out of fold for the training rows: scikit-learn has it from 1.3 on."""

    def __init__(self, labels, folds=5, smoothing=10.0):
        self.labels, self.folds, self.smoothing = labels, folds, smoothing

    def means(self, values, labels):
        groups = labels.groupby(values)
        sums, counts = groups.sum(), groups.count()
        return (sums + self.smoothing * labels.mean()) / (counts + self.smoothing)

    def fit(self, X, y=None):
        self.fitted = self.means(self.column(X), pd.Series(self.labels))
        return self

    def transform(self, X):
        return self.column(X).map(self.fitted).astype(float).to_numpy()[:, None]

    def column(self, X):
        return pd.Series(np.asarray(X)[:, 0]).astype("category")

    def fit_transform(self, X, y=None):
        values, labels = self.column(X), pd.Series(self.labels)
        self.fitted = self.means(values, labels)
        self.outside = np.empty(len(values))
        for others, rows in KFold(self.folds, shuffle=True, random_state=0).split(self.outside):
            means = self.means(values.iloc[others], labels.iloc[others])
            self.outside[rows] = values.iloc[rows].map(means).astype(float)
        # Later rows' values are what can be compared: the folds are another program's.
        return values.map(self.fitted).astype(float).to_numpy()[:, None]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--keep", action="store_true")
    options = arguments.parse_args()

    def at(name):
        return os.path.join(options.folder, name)

    numbers = np.fromfile(at("numbers.bin")).reshape(4, -1).T.copy()
    codes = np.fromfile(at("categories.bin"), dtype=np.int32).reshape(2, -1).T
    names = np.array([f"value {code}" for code in range(codes.max() + 1)], dtype=object)
    categories = names[codes]
    labels = np.fromfile(at("labels.bin"), dtype=np.float32).astype(float)
    table = pd.DataFrame({**{f"n{i}": numbers[:, i] for i in range(4)}, "c0": categories[:, 0], "c1": categories[:, 1]})

    def one_hot():
        return OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)

    def ordinal():
        return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2)

    def normal():
        return QuantileTransformer(n_quantiles=1000, subsample=10**9, output_distribution="normal")

    steps = {
        "standardize": (StandardScaler(), numbers),
        "robust": (RobustScaler(), numbers),
        "minMax": (MinMaxScaler(), numbers),
        "impute": (SimpleImputer(strategy="median"), numbers),
        "quantile": (normal(), numbers),
        "oneHot": (one_hot(), categories[:, :1]),
        "ordinal": (ordinal(), categories),
        "target": (TargetEncoder(labels), categories[:, 1:]),
        "table": (ColumnTransformer([
            ("standardize", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), ["n0", "n1"]),
            ("robust", RobustScaler(), ["n2"]),
            ("quantile", normal(), ["n3"]),
            ("oneHot", one_hot(), ["c0"]),
            ("target", TargetEncoder(labels), ["c1"]),
        ], sparse_threshold=0), table),
    }
    for name, (step, rows) in steps.items():
        begun = time.perf_counter()
        made = step.fit_transform(rows)
        print(f"{name} {time.perf_counter() - begun:.4f}", flush=True)
        if options.keep:
            np.asarray(made, dtype=np.float32).tofile(at(name + ".bin"))


main()
