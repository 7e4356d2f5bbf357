"""Asks both sides for the same epochs in turn, and prints the ratio of medians, PyTorch's time over Kiln's.

Both sides hold the data in memory, start from the same weights, draw the same dropout and use the default Adam. Requests
alternate, and which side goes first alternates too, so that a change of the machine's load meets both.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

import torch
from torch import nn

from tensors import write

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("program", help="the built TorchPeer.dll")
parser.add_argument("--rows", type=int, default=100_000)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--repeats", type=int, default=7)
parser.add_argument("--batches", type=int, nargs="+", default=[512, 64])
arguments = parser.parse_args()


def make_data(path):
    torch.manual_seed(0)
    x = torch.randn(arguments.rows, 64)
    y = (x @ torch.randn(64, 10) + 0.5 * torch.randn(arguments.rows, 10)).argmax(1)
    model = nn.Sequential(
        nn.Linear(64, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(256, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(128, 10))
    state = {"model." + name: tensor for name, tensor in model.state_dict().items()}
    write(path, {"x": x, "y": y, "order": torch.randperm(arguments.rows), **state})


class Side:
    def __init__(self, command):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive",
                       "OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_L2_SIZE": "512", "ATEN_CPU_CAPABILITY": "avx2"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=here, env=environment)

    def epoch(self, batch, seed):
        self.process.stdin.write(f"{batch} {seed}\n")
        self.process.stdin.flush()
        wall, cpu, loss = self.process.stdout.readline().split()
        return float(wall), float(cpu), float(loss)


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "data.safetensors")
    make_data(path)
    kiln = Side(["dotnet", "exec", os.path.abspath(arguments.program), path, str(arguments.threads)])
    peer = Side([sys.executable, "peer.py", path, str(arguments.threads)])
    print(f"PyTorch {torch.__version__}, {arguments.rows} rows, {arguments.threads} thread(s), {arguments.repeats} paired epochs a batch size")
    agreed = True
    for batch in arguments.batches:
        kiln.epoch(batch, 0), peer.epoch(batch, 0)  # warm-up
        ours, theirs = [], []
        for seed in range(1, arguments.repeats + 1):
            for side, results in ([(kiln, ours), (peer, theirs)] if seed % 2 else [(peer, theirs), (kiln, ours)]):
                results.append(side.epoch(batch, seed))
        apart = max(abs(a[2] - b[2]) / b[2] for a, b in zip(ours, theirs))
        agreed &= apart < 1e-3
        for what, column in (("wall", 0), ("CPU", 1)):
            a, b = (statistics.median(r[column] for r in results) for results in (ours, theirs))
            pairs = sorted(t[column] / o[column] for o, t in zip(ours, theirs))
            print(f"batch {batch:4} {what:4}  Kiln {a:.3f} s  PyTorch {b:.3f} s  ratio {b / a:.2f}  pairs {pairs[0]:.2f} to {pairs[-1]:.2f}")
        print(f"batch {batch:4} loss  Kiln {ours[-1][2]:.6f}  PyTorch {theirs[-1][2]:.6f}  largest relative difference {apart:.1e}")
    for side in (kiln, peer):
        side.process.stdin.close()
        side.process.wait()
sys.exit(0 if agreed else "The losses do not agree: the two sides did not train the same thing.")
