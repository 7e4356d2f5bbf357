"""Asks both sides for the same trainings and scores in turn, and prints the ratio of medians, Kiln's time over Python's.

Both sides hold the values in memory, and training is timed with making the matrix. Requests alternate, and which side goes first alternates too,
so that a change of the machine's load meets both. Where the xgboost command is installed, it trains from a matrix in the library's own
binary form; its time is the whole process's. On a busy machine, the CPU's time says more than the wall's.
"""
import argparse
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import xgboost as xgb

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("program", help="the built XGBoostPeer.dll")
parser.add_argument("--rows", type=int, default=500_000)
parser.add_argument("--columns", type=int, default=30)
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--repeats", type=int, default=5)
arguments = parser.parse_args()
environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}


class Side:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=here, env=environment)

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        wall, busy, digest = self.process.stdout.readline().split()
        return float(wall), float(busy), digest

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def make_data(folder):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(arguments.rows, arguments.columns)).astype(np.float32)
    signal = x[:, 0] + x[:, 1] * x[:, 2] + np.sin(3 * x[:, 3]) + (x[:, 4] > 0.5) * x[:, 5]
    y = (signal + draw.normal(size=arguments.rows) > 0.5).astype(np.float32)
    x[draw.random(x.shape) < 0.02] = np.nan
    paths = [os.path.join(folder, name) for name in ("x", "y")]
    x.tofile(paths[0])
    y.tofile(paths[1])
    xgb.DMatrix(x, y, nthread=1).save_binary(os.path.join(folder, "matrix.buffer"))
    return paths


def command_line(folder):
    model = os.path.join(folder, "model.json")
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["xgboost", os.devnull, "task=train", f"data={folder}/matrix.buffer", "objective=binary:logistic", "tree_method=hist", "max_depth=6",
                    f"nthread={arguments.threads}", f"num_round={arguments.rounds}", f"model_out={model}", "verbosity=0"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall, busy = time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    dump = "\n".join(xgb.Booster(model_file=model).get_dump(with_stats=True))
    return wall, busy, hashlib.sha256(dump.encode()).hexdigest()


def report(what, ours, theirs, unit=1.0, name="s"):
    same = len({r[2] for r in ours + theirs}) == 1
    for clock, column in (("wall", 0), ("CPU", 1)):
        a, b = (statistics.median(r[column] for r in results) for results in (ours, theirs))
        pairs = sorted(o[column] / t[column] for o, t in zip(ours, theirs))
        print(f"{what:28} {clock:4}  Kiln {a * unit:6.2f} {name}  other {b * unit:6.2f} {name}  ratio {a / b:.2f}  pairs {pairs[0]:.2f} to {pairs[-1]:.2f}"
              f"  {'the same' if same else 'NOT THE SAME'}", flush=True)
    return same


with tempfile.TemporaryDirectory() as folder:
    paths = make_data(folder)
    numbers = [str(n) for n in (arguments.columns, arguments.rounds, arguments.threads)]
    kiln = Side(["dotnet", "exec", os.path.abspath(arguments.program), *paths, *numbers])
    peer = Side([sys.executable, "peer.py", *paths, *numbers])
    print(f"xgboost {xgb.__version__}, {arguments.rows} rows of {arguments.columns} columns, {arguments.rounds} rounds, {arguments.threads} thread(s), "
          f"{arguments.repeats} pairs", flush=True)
    agreed, trained = True, []
    for what, request, unit, name in (("training", "train", 1, "s"), ("scoring all rows in place", "score", 1, "s"),
                                      ("scoring them as a matrix", "matrix", 1, "s"), ("scoring a row", "row", 1e6, "µs")):
        if request != "train":
            kiln.ask(request), peer.ask(request)  # warm-up
        ours, theirs = [], []
        for repeat in range(arguments.repeats):
            for side, results in ([(kiln, ours), (peer, theirs)] if repeat % 2 else [(peer, theirs), (kiln, ours)]):
                results.append(side.ask(request))
        agreed &= report(what, ours, theirs, unit, name)
        trained = trained or ours
    if shutil.which("xgboost"):
        agreed &= report("training, beside the command", trained, [command_line(folder) for _ in trained])
    else:
        print("no xgboost command here: its training is not compared")
    kiln.close(), peer.close()
sys.exit(0 if agreed else "The trees or scores differ: the two sides did not do the same thing.")
