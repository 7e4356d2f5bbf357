"""Makes pytorch-gradients.json with PyTorch 1.13.1: python3 pytorch-gradients.py > pytorch-gradients.json"""
import json

import torch
from torch import nn

torch.manual_seed(9)
torch.set_default_dtype(torch.float64)


class Network(nn.Module):
    """A feed-forward network as Kiln lays it out: numbers, then the vectors of all categories, which lie in one table."""

    def __init__(self, numbers, counts, dimensions, hidden, outputs, activation, normalized):
        super().__init__()
        self.columns = nn.Module()
        if counts:
            self.columns.embedding = nn.Embedding(sum(counts), dimensions)
        layers, width = [], numbers + len(counts) * dimensions
        for size in hidden:
            layers += [nn.Linear(width, size)] + ([nn.BatchNorm1d(size)] if normalized else []) + [activation()]
            width = size
        self.layers = nn.Sequential(*layers, nn.Linear(width, outputs))

    def forward(self, numbers, vectors):
        return self.layers(torch.cat([numbers, vectors.flatten(1)], 1) if vectors is not None else numbers)


def gradients(network, start, end, steps):
    """By its definition: one row, one output and one step at a time."""
    outputs = network(*end).shape[1]
    found = torch.zeros(end[0].shape[0], outputs, end[0].shape[1] + (end[1].shape[1] if end[1] is not None else 0))
    for row in range(found.shape[0]):
        for output in range(outputs):
            for step in range(steps):
                part = (step + 0.5) / steps
                points = [None if a is None else (a + part * (b[row:row + 1] - a)).detach().requires_grad_() for a, b in zip(start, end)]
                slopes = torch.autograd.grad(network(*points)[0, output], [point for point in points if point is not None])
                adds = [slopes[0][0] * (end[0][row] - start[0][0])]
                if end[1] is not None:
                    adds.append((slopes[1][0] * (end[1][row] - start[1][0])).sum(1))
                found[row, output] += torch.cat(adds) / steps
    return found


def case(name, numbers, counts, outputs, activation, normalized, baseline, steps):
    network = Network(numbers, counts, 3, [7, 5], outputs, activation, normalized)
    for parameter in network.parameters():
        parameter.data = (parameter.data * 1.5).float().double()
    for layer in network.layers:
        if isinstance(layer, nn.BatchNorm1d):
            layer.running_mean.data = torch.randn(layer.num_features).float().double()
            layer.running_var.data = (torch.rand(layer.num_features) + 0.5).float().double()
    network.eval()
    rows, reference = torch.randn(6, numbers).float().double(), torch.randn(11, numbers).float().double()
    places = lambda count: torch.stack([torch.randint(0, known, (count,)) for known in counts], 1) if counts else None
    codes, knownCodes = places(6), places(11)
    offsets = torch.tensor([sum(counts[:column]) for column in range(len(counts))])
    look = lambda its: network.columns.embedding(its + offsets) if counts else None
    end = (rows, look(codes))
    if baseline == "means":
        start = (reference.mean(0, True), look(knownCodes).mean(0, True) if counts else None)
    else:
        start = (torch.zeros(1, numbers), torch.zeros(1, len(counts), 3) if counts else None)
    found = gradients(network, start, end, steps)
    tolist = lambda tensor: None if tensor is None else tensor.detach().flatten().tolist()
    return dict(
        name=name, numbers=numbers, counts=counts, outputs=outputs, activation=activation.__name__, normalized=normalized, baseline=baseline, steps=steps,
        weights={key: dict(shape=list(value.shape), values=tolist(value)) for key, value in network.state_dict().items() if not key.endswith("num_batches_tracked")},
        rows=tolist(rows), codes=tolist(codes), reference=tolist(reference), referenceCodes=tolist(knownCodes),
        base=tolist(network(*start)), margins=tolist(network(*end)), contributions=tolist(found))


print(json.dumps(dict(pyTorch=torch.__version__, cases=[
    case("smooth, three classes, categories", 3, [5, 4], 3, nn.Tanh, False, "means", 20),
    case("normalized, two classes", 4, [], 1, nn.SiLU, True, "means", 33),
    case("with kinks, from zero", 3, [6], 1, nn.ReLU, False, "zeros", 50),
])))
