"""Fairness of groups by pandas, after fairlearn's definitions, for tests of ours: prints pandas-fairness.json.

    /usr/bin/python3 pandas-fairness.py > pandas-fairness.json
"""
import json

import numpy as np
import pandas as pd

rng = np.random.default_rng(11)


def case(rows, groups, weighted):
    frame = pd.DataFrame({
        "group": rng.choice([f"g{number}" for number in range(groups)], rows, p=rng.dirichlet(np.full(groups, 3.0))),
        "label": rng.integers(0, 2, rows),
        "weight": np.round(rng.gamma(2, 1, rows), 4) if weighted else np.ones(rows),
    })
    frame["score"] = np.round(np.clip(0.35 * frame["label"] + 0.04 * frame["group"].str[1:].astype(int) + rng.random(rows) * 0.6, 0, 1), 4)
    frame["selected"] = (frame["score"] >= 0.5).astype(int)

    def rate(rows_of):
        chosen = frame[rows_of]
        return (chosen["selected"] * chosen["weight"]).groupby(chosen["group"]).sum() / chosen["weight"].groupby(chosen["group"]).sum()

    selection, hits, alarms = rate(frame["label"] >= 0), rate(frame["label"] == 1), rate(frame["label"] == 0)
    spread, share = lambda rates: float(rates.max() - rates.min()), lambda rates: float(rates.min() / rates.max())
    return {
        **{name: frame[name].tolist() for name in ("group", "label", "score")},
        "weight": frame["weight"].tolist() if weighted else [],
        "selection": selection.to_dict(), "truePositive": hits.to_dict(), "falsePositive": alarms.to_dict(),
        "figures": {
            "DemographicParityDifference": spread(selection), "DemographicParityRatio": share(selection),
            "EqualOpportunityDifference": spread(hits), "EqualOpportunityRatio": share(hits),
            "EqualizedOddsDifference": max(spread(hits), spread(alarms)), "EqualizedOddsRatio": min(share(hits), share(alarms)),
        },
    }


cases = [case(rows, groups, weighted) for rows in (120, 300) for groups in (2, 5) for weighted in (False, True)]
print(json.dumps({"madeWith": f"pandas {pd.__version__}", "cases": cases}))
