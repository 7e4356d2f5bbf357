"""Makes script.pt and frozen-script.pt: three numbers to one logit. Run with PyTorch 1.13: python3 script.py"""
import io
import os
import zipfile

import torch
from torch import nn


def save(name, module):
    """Without the names of the source files that were compiled: they tell only of the machine."""
    whole = io.BytesIO()
    torch.jit.save(module, whole)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w") as kept:
        for part in given.namelist():
            if not part.endswith(".debug_pkl"):
                kept.writestr(zipfile.ZipInfo(part), given.read(part))


torch.manual_seed(5)
network = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
print(network(torch.tensor([[1.0, 2.0, 3.0]])))  # ScriptNetworkTests has this answer
save("script.pt", torch.jit.script(network))
save("frozen-script.pt", torch.jit.freeze(torch.jit.script(network.eval())))
