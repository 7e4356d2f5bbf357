"""Computes the window features with pandas' own time-based rolling windows, for FeaturesAgainstPandasTests.

    python3 pandas_windows.py                                writes pandas-windows.json: seeded events and their features
    python3 pandas_windows.py FOLDER_OF_FRAUD_TRANSACTIONS   writes pandas-fraud.json: features of some customers and terminals

Delayed windows are computed as the difference of two trailing ones, (t - d - w, t] less (t - d, t].
"""
import glob
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

DAYS = (1, 7, 30)
DELAY = 7
HERE = Path(__file__).parent


def customer(group):
    """Count and mean amount over (t - w, t], rows in (time, id) order."""
    amount = group.set_index("time")["cents"] / 100.0
    out = {}
    for days in DAYS:
        window = amount.rolling(f"{days}d")
        out[f"CUSTOMER_COUNT_{days}"] = window.count().to_numpy()
        out[f"CUSTOMER_MEAN_{days}"] = window.mean().to_numpy()
    return pd.DataFrame(out, index=group.index)


def terminal(group):
    """Count and share of frauds over (t - 7d - w, t - 7d]."""
    fraud = group.set_index("time")["fraud"].astype(float)
    near = fraud.rolling(f"{DELAY}d")
    out = {}
    for days in DAYS:
        far = fraud.rolling(f"{DELAY + days}d")
        count = (far.count() - near.count()).to_numpy()
        frauds = np.round((far.sum() - near.sum()).to_numpy())
        out[f"TERMINAL_COUNT_{days}"] = count
        out[f"TERMINAL_RISK_{days}"] = np.divide(frauds, count, out=np.zeros_like(frauds), where=count > 0)
    return pd.DataFrame(out, index=group.index)


def features(events, keys):
    parts = [events.groupby(name, group_keys=False).apply(compute) for name, compute in keys.items()]
    return pd.concat(parts, axis=1)


def rows(frame):
    return {name: frame[name].tolist() for name in frame}


def seeded():
    random = np.random.default_rng(42)
    count = 600
    time = pd.Timestamp("2018-04-01") + pd.to_timedelta(np.cumsum(random.choice([0, 1, 3, 12], count)), unit="h")
    events = pd.DataFrame({
        "id": np.arange(count) * 2,
        "time": time,
        "customer": random.integers(0, 6, count),
        "terminal": random.integers(0, 4, count),
        "cents": random.integers(1, 40_000, count),
        "fraud": (random.random(count) < 0.2).astype(int),
    })
    result = features(events, {"customer": customer, "terminal": terminal})
    micros = events.assign(time=events["time"].astype("int64") // 1_000)
    (HERE / "pandas-windows.json").write_text(json.dumps({"events": rows(micros), "features": rows(result)}) + "\n")


def fraud(folder):
    files = sorted(glob.glob(f"{folder}/*.csv.gz"))
    events = pd.concat([pd.read_csv(file, parse_dates=["TX_DATETIME"]) for file in files], ignore_index=True)
    events = events.rename(columns={
        "TRANSACTION_ID": "id", "TX_DATETIME": "time", "CUSTOMER_ID": "customer", "TERMINAL_ID": "terminal", "TX_FRAUD": "fraud"})
    events["cents"] = (events["TX_AMOUNT"] * 100).round().astype(int)
    events = events.sort_values(["time", "id"])
    # The customers and terminals with most frauds, so that no feature is zero throughout.
    kept = {}
    for name, compute in (("customer", customer), ("terminal", terminal)):
        busiest = events.groupby(name)["fraud"].sum().sort_values(ascending=False, kind="stable").index[:2]
        some = events[events[name].isin(busiest)]
        result = features(some, {name: compute}).sort_index()
        kept[name] = {"id": some["id"].sort_index().tolist(), "features": rows(result)}
    (HERE / "pandas-fraud.json").write_text(json.dumps(kept) + "\n")


if __name__ == "__main__":
    fraud(sys.argv[1]) if len(sys.argv) > 1 else seeded()
