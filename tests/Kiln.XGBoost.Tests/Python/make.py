"""Trains the cases of PythonTests.cs with the Python package and writes what it came to.

    make.py OUT.json [ROWS]         the committed expected.json has 300 rows
    make.py --scores MODEL DATA.json    prints the scores of a model, as hexadecimal floats, a line each
"""
import base64
import hashlib
import json
import sys

import numpy as np
import xgboost as xgb


def pack(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.float32).tobytes()).decode()


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array, dtype=np.float32).tobytes()).hexdigest()


def unpack(text, columns=1):
    return np.frombuffer(base64.b64decode(text), dtype=np.float32).reshape(-1, columns)


def matrix(x, label=None, weight=None, types=None, names=None, margin=None):
    return xgb.DMatrix(x, label, weight=weight, base_margin=margin, feature_types=types, feature_names=names,
                       enable_categorical=True, nthread=1)


def make_data(rows):
    draw = np.random.default_rng(1)
    x = draw.normal(size=(rows, 5)).astype(np.float32)
    x[:, 4] = draw.integers(0, 7, size=rows)
    signal = x[:, 0] + x[:, 1] * x[:, 2] + (x[:, 4] % 3)
    holes = x.copy()
    holes[draw.random(x.shape) < 0.15] = np.nan
    noise = draw.normal(size=rows)
    return {
        "x": x,
        "holes": holes,
        "binary": (signal + noise > 1).astype(np.float32),
        "classes": np.digitize(signal + noise, [0, 1.5]).astype(np.float32),
        "number": (signal + 0.3 * noise).astype(np.float32),
        "weight": draw.uniform(0.1, 2, size=rows).astype(np.float32),
        "margin": draw.normal(size=rows).astype(np.float32),
    }


COMMON = {"nthread": 1, "verbosity": 0, "max_depth": 4, "tree_method": "hist", "max_bin": 32}
CASES = {
    "binary": ("x", "binary", {"objective": "binary:logistic"}, {}),
    "missing": ("holes", "binary", {"objective": "binary:logistic", "learning_rate": 0.17, "gamma": 0.1}, {}),
    "multi": ("x", "classes", {"objective": "multi:softprob", "num_class": 3}, {}),
    "regression": ("x", "number", {"objective": "reg:squarederror", "reg_alpha": 0.3, "reg_lambda": 2}, {}),
    "categories": ("holes", "binary", {"objective": "binary:logistic", "max_cat_to_onehot": 3}, {"types": ["q", "q", "q", "q", "c"]}),
    "weights": ("x", "binary", {"objective": "binary:logistic", "scale_pos_weight": 1.7}, {"weight": True}),
    "margins": ("x", "number", {"objective": "reg:squarederror"}, {"margin": True}),
    "monotone": ("x", "number", {"objective": "reg:squarederror", "monotone_constraints": "(1,0,0,-1,0)",
                                 "interaction_constraints": "[[0,1,2],[3,4]]"}, {}),
    "sampled": ("x", "binary", {"objective": "binary:logistic", "seed": 11, "subsample": 0.6, "colsample_bytree": 0.8,
                                "colsample_bynode": 0.7, "num_parallel_tree": 2}, {}),
    "leafwise": ("x", "binary", {"objective": "binary:logistic", "grow_policy": "lossguide", "max_leaves": 5, "max_depth": 0}, {}),
    "approx": ("x", "binary", {"objective": "binary:logistic", "tree_method": "approx"}, {}),
    "exact": ("holes", "binary", {"objective": "binary:logistic", "tree_method": "exact", "max_bin": None}, {}),
    "stopped": ("x", "binary", {"objective": "binary:logistic", "eval_metric": ["logloss", "auc"], "learning_rate": 0.8}, {"stop": True}),
}


def train(name, data, rounds=8):
    x, label, settings, extra = CASES[name]
    x, y = data[x], data[label]
    parameters = {key: value for key, value in {**COMMON, **settings}.items() if value is not None}
    types = extra.get("types")
    names = [f"column {i}" for i in range(x.shape[1])]
    weight = data["weight"] if extra.get("weight") else None
    margin = data["margin"] if extra.get("margin") else None
    history, result = {}, {}
    if extra.get("stop"):
        half = len(x) // 2
        train_on, check_on = matrix(x[:half], y[:half], names=names), matrix(x[half:], y[half:], names=names)
        booster = xgb.train(parameters, train_on, 60, evals=[(train_on, "train"), (check_on, "check")], evals_result=history,
                            early_stopping_rounds=4, verbose_eval=False)
        result["best"] = booster.best_iteration
        result["rounds"] = booster.num_boosted_rounds()
        booster = booster[: booster.best_iteration + 1]
        booster.feature_names = names
    else:
        booster = xgb.train(parameters, matrix(x, y, weight, types, names, margin), rounds)
    rows = matrix(x, types=types, names=names, margin=margin)
    dump = booster.get_dump(with_stats=True)
    result.update({
        "trees": len(dump),
        "dump": hashlib.sha256("\n".join(dump).encode()).hexdigest(),
        "scores": pack(booster.predict(rows)),
        "margins": digest(booster.predict(rows, output_margin=True)),
        "leaves": digest(booster.predict(rows, pred_leaf=True)),
        "contributions": digest(booster.predict(rows, pred_contribs=True)),
        "gain": [booster.get_score(importance_type="gain").get(name, 0.0) for name in names],
        "history": [[set_, metric, [value.hex() for value in values]] for set_, metrics in history.items() for metric, values in metrics.items()],
    })
    if name == "categories":
        result["model"] = booster.save_raw("json").decode()
    return result


if sys.argv[1] == "--scores":
    booster = xgb.Booster(params={"nthread": 1}, model_file=sys.argv[2])
    with open(sys.argv[3]) as file:
        x = unpack(json.load(file)["data"]["holes"], 5)
    for value in booster.inplace_predict(x, validate_features=False).ravel():
        print(float(value).hex())
else:
    data = make_data(int(sys.argv[2]) if len(sys.argv) > 2 else 300)
    with open(sys.argv[1], "w") as file:
        json.dump({
            "version": xgb.__version__,
            "data": {name: pack(values) for name, values in data.items()},
            "cases": {name: train(name, data) for name in CASES},
        }, file, indent=1)
        file.write("\n")
