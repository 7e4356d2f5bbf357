"""The networks that both sides train, by name; Networks.cs has the same."""
import torch
from torch import nn

COUNTS = [10, 20, 50, 5, 100, 12, 7, 30]
DIMENSIONS = 8
FEATURES = {"wide": 64, "small": 15, "categorical": 15}


class Categorical(nn.Module):
    """Eight categorical columns, each with its embedding, beside the numbers."""

    def __init__(self):
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(count, DIMENSIONS) for count in COUNTS)
        self.layers = nn.Sequential(nn.Linear(15 + len(COUNTS) * DIMENSIONS, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, x, codes):
        return self.layers(torch.cat([x] + [table(codes[:, column]) for column, table in enumerate(self.embeddings)], 1))


def make(name):
    if name == "wide":
        return nn.Sequential(
            nn.Linear(64, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.1),
            nn.Linear(256, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(0.1),
            nn.Linear(128, 10))
    if name == "small":
        return nn.Sequential(nn.Linear(15, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    return Categorical()


def inputs(name):
    return ["x", "codes"] if name == "categorical" else ["x"]


def criterion(name):
    return nn.CrossEntropyLoss() if name == "wide" else nn.BCEWithLogitsLoss()


def data(name, rows):
    """Inputs, targets, an order of the rows, and starting weights."""
    x = torch.randn(rows, FEATURES[name])
    made = {"x": x, "order": torch.randperm(rows)}
    if name == "wide":
        made["y"] = (x @ torch.randn(64, 10) + 0.5 * torch.randn(rows, 10)).argmax(1)
    else:
        made["y"] = ((x @ torch.randn(15, 1)) + torch.randn(rows, 1) > 1).float()
    if name == "categorical":
        made["codes"] = torch.stack([torch.randint(count, (rows,)) for count in COUNTS], 1)
    made.update({"model." + key: tensor for key, tensor in make(name).state_dict().items()})
    return made
