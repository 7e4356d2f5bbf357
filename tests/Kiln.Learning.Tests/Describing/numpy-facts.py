#!/usr/bin/env python3
"""Makes numpy-facts.json: what numpy and pandas say of the columns that DescribeTests writes, and how they moved. Run: python3 numpy-facts.py"""
import json
import numpy as np
import pandas as pd

random = np.random.default_rng(3)


def facts(values):
    deciles = np.unique(np.quantile(values, np.arange(1, 10) / 10))
    counts, edges = np.histogram(values, bins=30)
    return {
        "min": values.min(), "max": values.max(), "mean": values.mean(), "deviation": values.std(),
        "quantiles": np.quantile(values, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]).tolist(),
        "bins": counts.tolist(), "edges": edges.tolist(), "groupEdges": deciles.tolist(),
        "groups": np.bincount(np.searchsorted(deciles, values, side="left"), minlength=len(deciles) + 1).tolist(),
    }


def index(before, now):
    before, now = np.maximum(np.asarray(before, float), 1e-4), np.maximum(np.asarray(now, float), 1e-4)
    return float(((now - before) * np.log(now / before)).sum())


def with_missing(series):
    return [None if pd.isna(value) else value for value in series]


rows, later = 500, 400
before = pd.DataFrame({
    "skewed": np.round(random.gamma(2, 20, rows), 3),
    "tied": random.choice([0.0, 0.0, 0.0, 1.5, 7.0], rows),
    "town": random.choice(["Bern", "Biel", "Chur", "Basel"], rows, p=[0.5, 0.3, 0.15, 0.05]),
})
before.loc[random.choice(rows, 40, replace=False), "skewed"] = np.nan
now = pd.DataFrame({
    "skewed": np.round(random.gamma(2, 26, later), 3),
    "tied": random.choice([0.0, 1.5, 7.0, 9.0], later),
    "town": random.choice(["Bern", "Biel", "Genf"], later),
})
now.loc[random.choice(later, 10, replace=False), "town"] = None

present = before["skewed"].dropna()
edges = np.unique(np.quantile(present, np.arange(1, 10) / 10))
groups = lambda values: np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
skewed = index([*groups(present) / rows, 40 / rows], [*groups(now["skewed"]) / later, 0])
tied_edges = np.unique(np.quantile(before["tied"], np.arange(1, 10) / 10))
tied_groups = lambda values: np.bincount(np.searchsorted(tied_edges, values, side="left"), minlength=len(tied_edges) + 1)
tied = index(tied_groups(before["tied"]) / rows, tied_groups(now["tied"]) / later)
towns = before["town"].value_counts()
known = [now["town"].eq(town).sum() / later for town in towns.index]
town = index([*towns / rows, 0, 0], [*known, (now["town"].notna() & ~now["town"].isin(towns.index)).sum() / later, 10 / later])

json.dump({
    "before": {name: with_missing(before[name]) for name in before}, "now": {name: with_missing(now[name]) for name in now},
    "skewed": facts(present.to_numpy()), "tied": facts(before["tied"].to_numpy()),
    "towns": [[name, int(count)] for name, count in sorted(towns.items(), key=lambda pair: (-pair[1], pair[0]))],
    "distinct": [int(before[name].nunique()) for name in before], "stability": [skewed, tied, town],
}, open("numpy-facts.json", "w"))
