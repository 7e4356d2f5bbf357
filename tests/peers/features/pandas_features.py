"""The 15 fraud features with pandas, as the book describes them: rolling time windows for each customer and each terminal.

    python3 tests/peers/features/pandas_features.py FOLDER [--out FILE.npz]

FOLDER holds the daily CSV files (.csv or .csv.gz). Prints how many rows it read and the seconds that the features took, reading excluded.
--out keeps the columns, ordered by (time, transaction id), for comparison.
"""
import argparse
import glob
import os
import time

import numpy as np
import pandas as pd

WINDOWS = (1, 7, 30)
DELAY = 7


def read(folder):
    files = sorted(glob.glob(os.path.join(folder, "*.csv")) + glob.glob(os.path.join(folder, "*.csv.gz")))
    if not files:
        raise SystemExit(f"no daily CSV files in {folder}")
    rows = pd.concat([pd.read_csv(file, parse_dates=["TX_DATETIME"]) for file in files], ignore_index=True)
    return rows.sort_values(["TX_DATETIME", "TRANSACTION_ID"], ignore_index=True)


def customer_windows(rows):
    """Number and mean amount of the customer's transactions in (t - w, t]."""
    amounts = rows.set_index("TX_DATETIME")["TX_AMOUNT"]
    features = {}
    for days in WINDOWS:
        window = amounts.rolling(f"{days}D")
        count, total = window.count(), window.sum()
        features[f"CUSTOMER_ID_NB_TX_{days}DAY_WINDOW"] = count.to_numpy()
        features[f"CUSTOMER_ID_AVG_AMOUNT_{days}DAY_WINDOW"] = (total / count).to_numpy()
    return pd.DataFrame(features, index=rows.index)


def terminal_windows(rows):
    """Number and share of fraud of the terminal's transactions in (t - delay - w, t - delay]: one trailing window less another."""
    frauds = rows.set_index("TX_DATETIME")["TX_FRAUD"]
    unknown = frauds.rolling(f"{DELAY}D")
    unknown_count, unknown_frauds = unknown.count(), unknown.sum()
    features = {}
    for days in WINDOWS:
        window = frauds.rolling(f"{DELAY + days}D")
        count = (window.count() - unknown_count).to_numpy()
        known = (window.sum() - unknown_frauds).to_numpy()
        features[f"TERMINAL_ID_NB_TX_{days}DAY_WINDOW"] = count
        features[f"TERMINAL_ID_RISK_{days}DAY_WINDOW"] = np.divide(known, count, out=np.zeros(len(rows)), where=count > 0)
    return pd.DataFrame(features, index=rows.index)


def features(rows):
    own = pd.DataFrame({
        "TX_AMOUNT": rows["TX_AMOUNT"],
        "TX_DURING_WEEKEND": rows["TX_DATETIME"].apply(lambda at: int(at.weekday() >= 5)),
        "TX_DURING_NIGHT": rows["TX_DATETIME"].apply(lambda at: int(at.hour <= 6)),
    })
    by_customer = rows.groupby("CUSTOMER_ID", group_keys=False).apply(customer_windows)
    by_terminal = rows.groupby("TERMINAL_ID", group_keys=False).apply(terminal_windows)
    return own.join([by_customer, by_terminal])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--out")
    options = arguments.parse_args()

    rows = read(options.folder)
    begun = time.perf_counter()
    columns = features(rows)
    seconds = time.perf_counter() - begun
    print(f"rows {len(rows)}")
    print(f"seconds {seconds:.3f}")
    if options.out:
        np.savez(options.out, **{name: columns[name].to_numpy() for name in columns})


if __name__ == "__main__":
    main()
