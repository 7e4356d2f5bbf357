"""Makes scikit-learn-linear.json with scikit-learn 1.2.1: python3 scikit-learn-linear.py > scikit-learn-linear.json"""
import json

import numpy as np
import sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

random = np.random.RandomState(11)


def rows(n, d):
    x = random.normal(size=(n, d)) @ random.normal(size=(d, d)) + random.normal(size=d) * 3
    return np.round(x * random.choice([0.01, 1, 30], d), 4).astype(np.float32).astype(np.float64)


cases = []
for number in range(12):
    n, d, classes = int(random.randint(80, 400)), int(random.randint(1, 8)), int(random.randint(2, 5))
    x = rows(n, d)
    scaled = (x - x.mean(0)) / x.std(0)
    l2 = float(random.choice([0.01, 1, 10]))
    weights = np.round(random.uniform(0.2, 3, n), 3).astype(np.float32).astype(np.float64) if number % 2 == 0 else None
    kind = ["binary", "multiClass", "regression"][number % 3] if number < 9 else "collinear"
    if kind == "binary":
        y = (scaled @ random.normal(size=d) + random.logistic(size=n) > 0.5).astype(float)
        model = LogisticRegression(C=1 / l2, tol=1e-13, max_iter=100000, solver="newton-cholesky").fit(x, y, sample_weight=weights)
        coefficients = np.column_stack([model.intercept_, model.coef_])
    elif kind == "multiClass":
        y = np.argmax(scaled @ random.normal(size=(d, classes)) + random.gumbel(size=(n, classes)), 1).astype(float)
        l2 = max(l2, 1.0)  # with less, scikit-learn's solvers for several classes stop before the fourth digit
        model = LogisticRegression(C=1 / l2, tol=1e-10, max_iter=1000000, solver="newton-cg").fit(scaled, y, sample_weight=weights)
        x = scaled
        coefficients = np.column_stack([model.intercept_, model.coef_])
    else:
        y = np.round(scaled @ random.normal(size=d) * 20 + 100 + random.normal(size=n), 2)
        if kind == "collinear":
            x = np.column_stack([x, x[:, 0], np.full(n, 5.0)])
            l2 = 0.0
        y = y.astype(np.float32).astype(np.float64)
        model = (Ridge(alpha=l2, solver="cholesky") if l2 > 0 else LinearRegression()).fit(x, y, sample_weight=weights)
        coefficients = np.concatenate([[model.intercept_], model.coef_])[None]
    cases.append(
        dict(kind=kind, l2=l2, classes=len(set(y.tolist())), x=[round(float(v), 10) for v in x.ravel()], columns=x.shape[1], y=y.tolist(),
             weights=None if weights is None else weights.tolist(), coefficients=coefficients.ravel().tolist())
    )

print(json.dumps(dict(scikitLearn=sklearn.__version__, cases=cases)))
