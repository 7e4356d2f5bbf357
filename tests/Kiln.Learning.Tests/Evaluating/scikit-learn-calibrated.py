"""Calibrations of a model's probabilities as scikit-learn makes them; writes scikit-learn-calibrated.json beside itself.

A model that answers with given probabilities, and decides by their log odds, is calibrated by CalibratedClassifierCV. Its sigmoid stops where the gradient is below
1e-5, so the same likelihood is also maximized by LogisticRegression without a penalty: each row stands there twice, with Platt's smoothed labels as weights.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression


class Answers(ClassifierMixin, BaseEstimator):
    """Its rows are its probabilities."""

    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        self.n_features_in_ = 1
        return self

    def decision_function(self, X):
        return np.log(X[:, 0] / (1 - X[:, 0]))


def case(seed, rows, sharpness):
    random = np.random.RandomState(seed)
    truth = random.normal(-1, 1.5, rows)
    labels = (random.random_sample(rows) < 1 / (1 + np.exp(-truth))).astype(int)
    # As a model answers: in single precision, too sure of itself or not enough.
    answers = (1 / (1 + np.exp(-(sharpness * truth + 0.3)))).astype(np.float32).astype(float)
    odds = np.log(answers / (1 - answers))

    positives, negatives = labels.sum(), (1 - labels).sum()
    smooth = np.where(labels == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    platt = LogisticRegression(penalty="none", tol=1e-14, max_iter=10000, solver="newton-cg").fit(
        np.concatenate([odds, odds])[:, None], np.repeat([1, 0], rows), sample_weight=np.concatenate([smooth, 1 - smooth]))
    asked = np.linspace(0.001, 0.999, 25).astype(np.float32).astype(float)
    model = Answers().fit(None, None)
    sigmoid = CalibratedClassifierCV(model, cv="prefit", method="sigmoid").fit(answers[:, None], labels)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(answers, labels)
    return {
        "scores": answers.tolist(),
        "labels": labels.astype(float).tolist(),
        "asked": asked.tolist(),
        "slope": platt.coef_[0, 0],
        "intercept": platt.intercept_[0],
        "sigmoid": sigmoid.predict_proba(asked[:, None])[:, 1].tolist(),
        "isotonic": isotonic.predict(asked).tolist(),
    }


made = {"madeWith": f"scikit-learn {sklearn.__version__}", "cases": [case(1, 200, 2.5), case(2, 300, 0.4)]}
Path(__file__).with_suffix(".json").write_text(json.dumps(made))
