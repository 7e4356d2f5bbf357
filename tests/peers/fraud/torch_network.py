"""The fraud network in PyTorch, with early stopping and test as docs/fraud.md tells: one line of figures a seed.

    python3 tests/peers/fraud/torch_network.py FOLDER [--seeds 10] [--start 2018-07-25]
"""
import argparse
import datetime
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from sklearn.metrics import average_precision_score, roc_auc_score
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "features"))
from pandas_features import features, read

WEEK = 7


class Transactions:
    def __init__(self, folder):
        rows = read(folder)
        self.inputs = features(rows).to_numpy(np.float64)
        self.frauds = rows["TX_FRAUD"].to_numpy()
        self.customers = rows["CUSTOMER_ID"].to_numpy()
        self.days = rows["TX_DATETIME"].to_numpy().astype("datetime64[D]").astype(np.int64)

    def fold(self, start):
        """Rows of a week of training, and of the week to judge on that begins a week after it, known cards removed."""
        fraud = self.frauds == 1
        judged = []
        for day in range(start + 2 * WEEK, start + 3 * WEEK):
            known = self.customers[fraud & (self.days >= start) & (self.days < day - WEEK)]
            judged.append(np.flatnonzero((self.days == day) & ~np.isin(self.customers, known)))
        return np.flatnonzero((self.days >= start) & (self.days < start + WEEK)), np.concatenate(judged)

    def card_precision(self, rows, scores, top=100):
        found, shares = set(), []
        for day in np.unique(self.days[rows]):
            today = self.days[rows] == day
            cards = {}
            for card, score, fraud in zip(self.customers[rows][today], scores[today], self.frauds[rows][today]):
                best, compromised = cards.get(card, (-np.inf, 0))
                cards[card] = (max(best, score), max(compromised, fraud))
            ranked = sorted((card for card in cards if card not in found), key=lambda card: -cards[card][0])[:top]
            hits = [card for card in ranked if cards[card][1]]
            shares.append(len(hits) / top)
            found.update(hits)
        return np.mean(shares)


def train(data, rows, epochs, seed, judged=None, patience=10):
    """The scoring function after the given epochs, and the epoch of the best average precision on the judged rows."""
    torch.manual_seed(seed)
    mean, deviation = data.inputs[rows].mean(0), data.inputs[rows].std(0)

    def tensor(some):
        return torch.tensor((data.inputs[some] - mean) / deviation, dtype=torch.float32)

    def score(x):
        network.eval()
        with torch.no_grad():
            logits = network(x)[:, 0].double().numpy()
        network.train()
        return logits

    network = nn.Sequential(
        nn.Linear(15, 64), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(64, 1))
    adam = torch.optim.Adam(network.parameters(), lr=0.002)
    loss_of = nn.BCEWithLogitsLoss()
    x, labels = tensor(rows), torch.tensor(data.frauds[rows], dtype=torch.float32)
    held_out = None if judged is None else tensor(judged)
    best, best_epoch = -1.0, 0
    for epoch in range(1, epochs + 1):
        for batch in torch.randperm(len(x)).split(256):
            adam.zero_grad()
            loss_of(network(x[batch])[:, 0], labels[batch]).backward()
            adam.step()
        if judged is None:
            continue
        precision = average_precision_score(data.frauds[judged], score(held_out))
        if precision > best:
            best, best_epoch = precision, epoch
        elif epoch - best_epoch >= patience:
            break
    return lambda some: score(tensor(some)), best_epoch


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--seeds", type=int, default=10)
    arguments.add_argument("--start", type=datetime.date.fromisoformat, default=datetime.date(2018, 7, 25))
    options = arguments.parse_args()

    torch.set_num_threads(1)
    data = Transactions(options.folder)
    start = (options.start - datetime.date(1970, 1, 1)).days
    training, test = data.fold(start)
    earlier, judged = data.fold(start - 2 * WEEK)
    print(f"training {len(training)} / {data.frauds[training].sum()}, test {len(test)} / {data.frauds[test].sum()}")
    figures = []
    for seed in range(1, options.seeds + 1):
        _, epochs = train(data, earlier, 60, seed, judged)
        score, _ = train(data, training, epochs, seed)
        scores = score(test)
        figures.append((roc_auc_score(data.frauds[test], scores), average_precision_score(data.frauds[test], scores),
                        data.card_precision(test, scores)))
        print("seed %d, %d epochs: %.4f / %.4f / %.4f" % (seed, epochs, *figures[-1]), flush=True)
    print("mean: %.4f / %.4f / %.4f" % tuple(np.mean(figures, axis=0)))


if __name__ == "__main__":
    main()
