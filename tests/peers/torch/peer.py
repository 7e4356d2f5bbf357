"""PyTorch's side of the comparison: the same epochs as Program.cs, asked for by bench.py in the same way."""
import sys
import time

import torch
from torch import nn

from tensors import read

data = read(sys.argv[1])
torch.set_num_threads(int(sys.argv[2]))


def epoch(batch, seed):
    x, y, order = data["x"], data["y"], data["order"]
    model = nn.Sequential(
        nn.Linear(64, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(256, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(128, 10))
    model.load_state_dict({name[len("model."):]: tensor for name, tensor in data.items() if name.startswith("model.")})
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())
    total = torch.zeros([])
    torch.manual_seed(seed)
    wall, cpu = time.perf_counter(), time.process_time()
    batches = 0
    for start in range(0, len(order), batch):
        chosen = order[start:start + batch]
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(x.index_select(0, chosen)), y.index_select(0, chosen))
        loss.backward()
        optimizer.step()
        total += loss.detach()
        batches += 1
    return time.perf_counter() - wall, time.process_time() - cpu, total.item() / batches


for line in sys.stdin:
    batch, seed = line.split()
    print(*epoch(int(batch), int(seed)), flush=True)
