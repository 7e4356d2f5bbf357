"""PyTorch's side of the comparison: the same epochs as Program.cs, asked for by bench.py in the same way.

With "loader" before the request, batches come from a DataLoader over the same rows in the same order, as most training loops have it.
"""
import sys
import time

import torch
from torch.utils.data import DataLoader, TensorDataset

import networks
from tensors import read

folder = sys.argv[1]
torch.set_num_threads(int(sys.argv[2]))
known = {}


def resident(columns, order, batch):
    for start in range(0, len(order), batch):
        chosen = order[start:start + batch]
        yield [column.index_select(0, chosen) for column in columns]


def epoch(way, name, batch, seed):
    if name not in known:
        known[name] = read(f"{folder}/{name}.safetensors")
    data = known[name]
    model, criterion = networks.make(name), networks.criterion(name)
    model.load_state_dict({key[len("model."):]: tensor for key, tensor in data.items() if key.startswith("model.")})
    optimizer = torch.optim.Adam(model.parameters())
    total = torch.zeros([])
    columns = [data[key] for key in networks.inputs(name)] + [data["y"]]
    if way == "loader":
        # Its iterator draws a number when it is made: before the seed, so that dropout drops the same.
        steps = iter(DataLoader(TensorDataset(*columns), batch_size=batch, sampler=data["order"].tolist()))
    else:
        steps = resident(columns, data["order"], batch)
    torch.manual_seed(seed)
    wall, cpu = time.perf_counter(), time.process_time()
    batches = 0
    for *inputs, y in steps:
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(*inputs), y)
        loss.backward()
        optimizer.step()
        total += loss.detach()
        batches += 1
    return time.perf_counter() - wall, time.process_time() - cpu, total.item() / batches


for line in sys.stdin:
    way, name, batch, seed = line.split()
    print(*epoch(way, name, int(batch), int(seed)), flush=True)
