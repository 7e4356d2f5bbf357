"""Makes scikit-learn-explanations.json with scikit-learn 1.2.1 and SciPy 1.10.1: python3 scikit-learn-explanations.py > scikit-learn-explanations.json"""
import json

import numpy as np
import scipy
import sklearn
from scipy.stats import t
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import average_precision_score, mean_squared_error, roc_auc_score

random = np.random.RandomState(5)
ROWS = 90


def rows():
    x = random.normal(size=(ROWS, 4))
    x[:, 1] = x[:, 0] * 0.8 + x[:, 1] * 0.3  # says nearly the same
    x[:, 2] = random.randint(0, 7, ROWS)
    return np.round(x, 3).astype(np.float32).astype(np.float64)


def permutations(model, x, y, repeats):
    """The orders that permutation_importance puts a column in: it shuffles what was shuffled before, by the same seed for every column."""
    orders = {column: [] for column in range(x.shape[1])}

    def spy(model, permuted, y):
        for column in orders:
            places = {value: place for place, value in enumerate(x[:, column])}
            if len(places) == len(x) and not np.array_equal(permuted[:, column], x[:, column]):
                orders[column].append([places[value] for value in permuted[:, column]])
        return 0.0

    permutation_importance(model, x, y, scoring=spy, n_repeats=repeats, random_state=3)
    found = [orders[column] for column in orders if orders[column]]
    assert len(found) >= 1 and all(found[0] == other for other in found)
    return found[0]


def case(kind):
    x = rows()
    while any(len(set(x[:, column])) < ROWS for column in (0,)):
        x = rows()
    level = 2 * x[:, 0] - x[:, 1] + 0.5 * x[:, 2]
    if kind == "regression":
        y = np.round(50 + 10 * level + random.normal(size=ROWS), 2).astype(np.float32).astype(np.float64)
        model = LinearRegression().fit(x, y)
        scorings = {"RMSE": lambda m, x, y: -mean_squared_error(y, m.predict(x), squared=False)}
    elif kind == "binary":
        y = (level + random.logistic(size=ROWS) > 1).astype(float)
        model = LogisticRegression(C=1, tol=1e-13, max_iter=100000, solver="newton-cholesky").fit(x, y)
        scorings = {"AUC ROC": lambda m, x, y: roc_auc_score(y, m.predict_proba(x)[:, 1]),
                    "average precision": lambda m, x, y: average_precision_score(y, m.predict_proba(x)[:, 1])}
    else:
        y = np.digitize(level + random.logistic(size=ROWS), [0, 2.5]).astype(float)
        model = LogisticRegression(C=1, tol=1e-9, max_iter=1000000, solver="newton-cg").fit(x, y)
        scorings = {}
    orders = permutations(model, x, y, 7)
    importances = {}
    for name, scoring in scorings.items():
        found = permutation_importance(model, x, y, scoring=scoring, n_repeats=7, random_state=3)
        importances[name] = dict(values=found.importances.tolist(), mean=found.importances_mean.tolist())
    dependence = []
    for column in (0, 2):
        found = partial_dependence(model, x, [column], response_method="auto" if kind == "regression" else "predict_proba", method="brute", kind="both", percentiles=(0, 1), grid_resolution=1000)
        dependence.append(dict(column=column, values=found["values"][0].tolist(), means=found["average"].tolist(),
                               firstLines=found["individual"][:, :3].tolist()))  # [outputs, rows, values]
    return dict(kind=kind, x=[round(float(v), 10) for v in x.ravel()], y=y.tolist(), orders=orders, importances=importances, dependence=dependence)


print(json.dumps(dict(
    scikitLearn=sklearn.__version__, sciPy=scipy.__version__, columns=4, cases=[case(kind) for kind in ("regression", "binary", "multiClass")],
    student=[[degrees, t.ppf(0.975, degrees)] for degrees in (1, 2, 3, 4, 5, 6, 9, 10, 29, 100, 999)])))
