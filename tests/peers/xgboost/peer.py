"""The Python package's side of the comparison: the same requests and answers as Program.cs."""
import hashlib
import sys
import time

import numpy as np
import xgboost as xgb

columns, rounds, threads = (int(text) for text in sys.argv[3:6])
values = np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, columns)
labels = np.fromfile(sys.argv[2], dtype=np.float32)
settings = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "nthread": threads}
booster = None

for request in sys.stdin:
    request, parts = request.strip(), 1
    wall, busy = time.perf_counter(), time.process_time()
    if request == "train":
        booster = xgb.train(settings, xgb.DMatrix(values, labels, nthread=threads), rounds)
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
        made = "\n".join(booster.get_dump(with_stats=True)).encode()
    elif request == "score":
        made = booster.inplace_predict(values).tobytes()
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
    elif request == "matrix":
        made = booster.predict(xgb.DMatrix(values, nthread=threads)).tobytes()
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
    else:
        parts = 2000
        scores = np.array([booster.inplace_predict(values[row:row + 1], validate_features=False)[0] for row in range(parts)], dtype=np.float32)
        made = scores.tobytes()
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
    print(f"{wall / parts:.9f} {busy / parts:.9f} {hashlib.sha256(made).hexdigest()}", flush=True)
