"""Asks Kiln and PyTorch for the same in turn, and prints the ratio of medians, PyTorch's time over Kiln's.

"train": epochs of Kiln's trainer beside plain PyTorch loops: the same rows in the same order, the same weights at the start, AdamW without
decay, one thread. Beside plain PyTorch ("resident", "loader", "compiled") stand Kiln's own other ways: "graphs" (forward and backward recorded and
launched again; on the CPU over fixed tensors) and "deterministic" (only what gives the same bits every time; the CPU always does). "score": 100,000 rows from raw numbers to probabilities, and one row at a time. Requests alternate, and which side goes first
alternates too, so that a change of the machine's load meets all.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

import torch

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("program", help="the built LearningPeer.dll")
parser.add_argument("what", choices=["train", "score"])
parser.add_argument("--rows", type=int, default=100_352, help="a multiple of every batch size")
parser.add_argument("--repeats", type=int, default=11)
parser.add_argument("--batches", type=int, nargs="+", default=[512, 64])
parser.add_argument("--networks", nargs="+", default=["small", "categorical"], help="small, categorical, wide, transformer, convolutional")
parser.add_argument("--ways", nargs="+", default=["resident", "loader"], help="of PyTorch: resident, loader, compiled; of Kiln: graphs, deterministic")
parser.add_argument("--device", default="cpu")
parser.add_argument("--tf32", action="store_true", help="let both sides multiply with 10 bits of mantissa on a GPU; without it neither does")
arguments = parser.parse_args()
OWN = ("graphs", "deterministic")
precision = "tf32" if arguments.tf32 else "single"


class Side:
    def __init__(self, command):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "DOTNET_PROCESSOR_COUNT": "1",
                       "OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_L2_SIZE": "512", "ATEN_CPU_CAPABILITY": "avx2"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=here, env=environment)

    def ask(self, *request):
        self.process.stdin.write(" ".join(map(str, request)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        return answer or sys.exit(f"No answer to {request}: the process above says why.")


def compare(name, asks, tolerance):
    for ask in asks.values():
        for _ in range(2):
            ask()  # warm-up
    results = {way: [] for way in asks}
    for repeat in range(arguments.repeats):
        for way in list(asks)[::1 if repeat % 2 else -1]:
            results[way].append([float(number) for number in asks[way]()])
    ours = results.pop("Kiln")
    agreed = True
    for way, theirs in results.items():
        apart = max(abs(a[2] - b[2]) / abs(b[2]) for a, b in zip(ours, theirs))
        agreed &= apart < tolerance
        for what, column in (("wall", 0), ("CPU", 1)):
            a, b = (statistics.median(result[column] for result in side) for side in (ours, theirs))
            pairs = sorted(t[column] / o[column] for o, t in zip(ours, theirs))
            print(f"{name:24} {what:4}  Kiln {a:.4f} s  {way} {b:.4f} s  ratio {b / a:.2f}  pairs {pairs[0]:.2f} to {pairs[-1]:.2f}, median {statistics.median(pairs):.2f}", flush=True)
        print(f"{name:24} {ours[-1][2]:.7f} and {theirs[-1][2]:.7f}, largest relative difference {apart:.1e}", flush=True)
    return agreed


with tempfile.TemporaryDirectory() as folder:
    serve = ["dotnet", "exec", os.path.abspath(arguments.program), "serve", folder, arguments.device, precision]
    kiln = Side(serve)
    # cuBLAS reads what determinism asks of it once a process, and is slower for it.
    own = {way: Side(serve) if way == "deterministic" else kiln for way in arguments.ways if way in OWN}
    peer = Side([sys.executable, "peer.py", folder, arguments.device, precision])
    print(f"PyTorch {torch.__version__}, {arguments.device}, {precision}, {arguments.repeats} pairs", flush=True)
    agreed = True
    if arguments.what == "score":
        middle, most = kiln.ask("row")
        print(f"one row: {middle} µs, 99 % below {most} µs")
        agreed = compare("100,000 rows", {"Kiln": lambda: kiln.ask("rows"), "PyTorch": lambda: peer.ask("rows")}, 1e-5)
    else:
        for network in arguments.networks:
            for side in {kiln, *own.values()}:
                side.ask("make", network, arguments.rows)
            for batch in arguments.batches:
                asks = {"Kiln": lambda: kiln.ask("plain", network, batch)}
                for way in arguments.ways:
                    asks[f"Kiln, {way}" if way in own else way] = lambda way=way: own.get(way, peer).ask(way, network, batch)
                agreed &= compare(f"{network} batch {batch}", asks, 1e-3)
    for side in {kiln, peer, *own.values()}:
        side.process.stdin.close()
        side.process.wait()
sys.exit(0 if agreed else "The two sides do not agree: they did not compute the same thing.")
