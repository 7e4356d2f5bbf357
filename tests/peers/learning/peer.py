"""PyTorch's side: the requests of Program.cs, asked for by bench.py in the same way.

Epochs come in three ways: "resident" (data in memory, batches gathered by index), "loader" (a DataLoader over the same rows in the same
order), "compiled" (resident, under torch.compile).
"""
import os
import sys
import time

import torch
from torch.utils.data import DataLoader, TensorDataset

import networks

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch"))
from tensors import read

folder, device, precision = sys.argv[1:4]
torch.set_num_threads(1)
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
known = {}


def data(name):
    if name not in known:
        known[name] = {key: tensor.to(device) for key, tensor in read(f"{folder}/{name}.safetensors").items()}
    return known[name]


def state(tensors):
    return {key[len("model."):]: tensor for key, tensor in tensors.items() if key.startswith("model.")}


def resident(columns, order, batch):
    for start in range(0, len(order), batch):
        chosen = order[start:start + batch]
        yield [column.index_select(0, chosen) for column in columns]


def modules(way, name, batch, tensors):
    """The network with its weights at the start, and what is called to go through it."""
    if way != "compiled":
        network = networks.make(name).to(device)
        return networks.load(network, state(tensors)), network
    # Compiled in the first of the epochs that do not count, for this batch size alone.
    if known.get("compiled", (None,))[0] != (name, batch):
        torch._dynamo.reset()
        network = networks.make(name).to(device)
        known["compiled"] = (name, batch), network, torch.compile(network)
    _, network, compiled = known["compiled"]
    return networks.load(network, state(tensors)), compiled


def epoch(way, name, batch):
    tensors = data(name)
    network, forward = modules(way, name, batch, tensors)
    columns = [tensors[key] for key in ("x", "codes", "y") if key in tensors]
    if name == "categorical":
        # Each table of its own is asked by its own codes.
        sizes = torch.tensor([0] + networks.COUNTS[:-1], device=device).cumsum(0)
        columns[1] = columns[1] - sizes
    criterion = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0)
    total = torch.zeros([], device=device)
    if way == "loader":
        steps = DataLoader(TensorDataset(*columns), batch_size=batch, sampler=tensors["order"].tolist())
    else:
        steps = resident(columns, tensors["order"], batch)
    if device != "cpu":
        torch.cuda.synchronize()
    wall, cpu = time.perf_counter(), time.process_time()
    batches = 0
    for *inputs, y in steps:
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(forward(*inputs), y)
        loss.backward()
        optimizer.step()
        total += loss.detach()
        batches += 1
    mean = total.item() / batches
    return time.perf_counter() - wall, time.process_time() - cpu, mean


def rows():
    tensors = data("scoring")
    if "network" not in known:
        known["network"] = networks.FeedForward(15, 64, 64, 64, 1)
        known["network"].layers.load_state_dict(state(tensors))
        known["network"].eval()
    x, center, divisor = (tensors[key] for key in ("x", "center", "divisor"))
    wall, cpu = time.perf_counter(), time.process_time()
    with torch.no_grad():
        answers = known["network"]((x - center) / divisor).sigmoid().numpy()
    return time.perf_counter() - wall, time.process_time() - cpu, answers.astype(float).mean()


for line in sys.stdin:
    what, *rest = line.split()
    print(*(rows() if what == "rows" else epoch(what, rest[0], int(rest[1]))), flush=True)
