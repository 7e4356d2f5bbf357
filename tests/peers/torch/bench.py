"""Asks both sides for the same epochs in turn, and prints the ratio of medians, PyTorch's time over Kiln's.

Both sides hold the data in memory, start from the same weights, draw the same dropout and use the default Adam; PyTorch is timed a
second time with its batches from a DataLoader. Requests alternate, and which side goes first alternates too, so that a change of the
machine's load meets all.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

import torch

import networks
from tensors import write

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("program", help="the built TorchPeer.dll")
parser.add_argument("--rows", type=int, default=100_000)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--repeats", type=int, default=11)
parser.add_argument("--batches", type=int, nargs="+", default=[512, 64])
parser.add_argument("--networks", nargs="+", default=["wide", "small", "categorical"])
parser.add_argument("--no-loader", action="store_true", help="leave out the epochs with a DataLoader")
arguments = parser.parse_args()


class Side:
    def __init__(self, command, way="resident"):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive",
                       "OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_L2_SIZE": "512", "ATEN_CPU_CAPABILITY": "avx2"}
        self.way = way
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=here, env=environment)

    def epoch(self, network, batch, seed):
        self.process.stdin.write(f"{self.way} {network} {batch} {seed}\n")
        self.process.stdin.flush()
        wall, cpu, loss = self.process.stdout.readline().split()
        return float(wall), float(cpu), float(loss)


def compare(sides, network, batch):
    for side in sides.values():
        side.epoch(network, batch, 0)  # warm-up
    results = {name: [] for name in sides}
    for seed in range(1, arguments.repeats + 1):
        for name in list(sides)[::1 if seed % 2 else -1]:
            results[name].append(sides[name].epoch(network, batch, seed))
    ours = results.pop("Kiln")
    agreed = True
    for name, theirs in results.items():
        apart = max(abs(a[2] - b[2]) / b[2] for a, b in zip(ours, theirs))
        agreed &= apart < 1e-3
        for what, column in (("wall", 0), ("CPU", 1)):
            a, b = (statistics.median(r[column] for r in side) for side in (ours, theirs))
            pairs = sorted(t[column] / o[column] for o, t in zip(ours, theirs))
            print(f"{network:11} batch {batch:4} {what:4}  Kiln {a:.3f} s  {name} {b:.3f} s  ratio {b / a:.2f}  "
                  f"pairs {pairs[0]:.2f} to {pairs[-1]:.2f}, median {statistics.median(pairs):.2f}", flush=True)
        print(f"{network:11} batch {batch:4} loss  Kiln {ours[-1][2]:.6f}  {name} {theirs[-1][2]:.6f}  largest relative difference {apart:.1e}", flush=True)
    return agreed


with tempfile.TemporaryDirectory() as folder:
    torch.manual_seed(0)
    for network in arguments.networks:
        write(os.path.join(folder, network + ".safetensors"), networks.data(network, arguments.rows))
    peer = [sys.executable, "peer.py", folder, str(arguments.threads)]
    sides = {"Kiln": Side(["dotnet", "exec", os.path.abspath(arguments.program), folder, str(arguments.threads)]), "PyTorch": Side(peer)}
    if not arguments.no_loader:
        sides["DataLoader"] = Side(peer, "loader")
    print(f"PyTorch {torch.__version__}, {arguments.rows} rows, {arguments.threads} thread(s), {arguments.repeats} paired epochs a batch size")
    agreed = all([compare(sides, network, batch) for network in arguments.networks for batch in arguments.batches])
    for side in sides.values():
        side.process.stdin.close()
        side.process.wait()
sys.exit(0 if agreed else "The losses do not agree: the two sides did not train the same thing.")
