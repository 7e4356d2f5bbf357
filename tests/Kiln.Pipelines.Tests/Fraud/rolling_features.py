"""Makes rolling-features.csv: rows shaped like card transactions, and their window features from pandas' rolling windows.

    python3 rolling_features.py > rolling-features.csv
"""
import os
import sys

import numpy as np
import pandas as pd

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "peers", "features"))
from pandas_features import features

random = np.random.default_rng(18)
count = 400
# Times come on a coarse grid, so that equal times and window edges that are hit exactly occur.
seconds = np.sort(random.integers(0, 50 * 24, count) * 3600)
rows = pd.DataFrame({
    "TRANSACTION_ID": np.arange(count) * 7,
    "TX_DATETIME": pd.Timestamp("2018-06-28") + pd.to_timedelta(seconds, "s"),
    "CUSTOMER_ID": random.integers(0, 6, count),
    "TERMINAL_ID": random.integers(0, 9, count),
    "TX_AMOUNT": random.integers(1, 25_000, count) / 100,
    "TX_FRAUD": (random.random(count) < 0.3).astype(int),
})
rows.join(features(rows).drop(columns="TX_AMOUNT")).to_csv(sys.stdout, index=False)
