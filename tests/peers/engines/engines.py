#!/usr/bin/python3
"""Puts Kiln into a comparison of build engines that lies outside this repository, and runs it.

engines.py HARNESS PROGRAM dag N LAYERS [options of its bench.py]
engines.py HARNESS PROGRAM big [options of its bench.py]
engines.py HARNESS PROGRAM situations [TOOL,TOOL] [SITUATION,SITUATION]

HARNESS is the folder with gen.py, bench.py and correctness.py; PROGRAM is build.sh or the program it starts. The tool `kiln` is the
program itself, `kiln-sh` goes through build.sh. Both run the pipeline `peers` of the task host on a graph.json in the tool's folder.
"""
import json, os, subprocess, sys, time

HARNESS, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
PROGRAM = os.path.abspath(sys.argv[2])
sys.path.insert(0, HARNESS)
import gen

SCRIPT = os.path.join(ROOT, "build.sh")
BIG = '("make","ninja","scons","scons-fast","snakemake","doit","dvc")'  # the harness's tools for large data
KILN = {"kiln": PROGRAM, "kiln-sh": SCRIPT}


def command(tool, folder, verbosity):
    return [KILN[tool], "--working", folder, "--pipeline", "peers", "--verbosity", verbosity, "--jobs", "2"]


def write(folder, graph):
    with open(f"{folder}/graph.json", "w") as file:
        json.dump(graph, file)


def stage(name, reads, writes, text):
    return {"name": name, "reads": reads, "writes": writes, "command": ["/bin/sh", "-c", text], "environment": ["FOO", "MIXLOG"]}


def source(name):
    with open(f"{HARNESS}/{name}") as file:
        return file.read()


def bench():
    """The harness's own bench, with Kiln among its tools."""
    emit, emit_big = gen.emit, gen.emit_big

    def emit_any(tool, folder, n, layers, extra={}):
        if tool not in KILN:
            return emit(tool, folder, n, layers, extra)
        write(folder, {"dag": {"stages": n, "layers": layers, "mix": gen.MIX}})

    def emit_any_big(tool, folder):
        if tool not in KILN:
            return emit_big(tool, folder)
        os.makedirs(folder + "/out", exist_ok=True)
        write(folder, {"stages": [
            stage("many", ["data/many/"], ["out/many"], "ls -R data/many | sha256sum > out/many; printf . >> $MIXLOG"),
            stage("big", ["data/big"], ["out/big"], "head -c 1024 data/big > out/big; printf . >> $MIXLOG")]})

    gen.emit, gen.emit_big = emit_any, emit_any_big
    text = source("bench.py")
    assert text.rstrip().endswith("\nmain()") and text.count(BIG) == 1, "bench.py is not as expected"
    text = text.replace(BIG, BIG[:-1] + ',"kiln","kiln-sh")')
    scope = {"__name__": "bench", "__file__": f"{HARNESS}/bench.py"}
    exec(compile(text.rstrip()[:-len("main()")], "bench.py", "exec"), scope)
    run = scope["run"]

    def run_any(tool, folder, timeout, cmd=None):
        return run(tool, folder, timeout, cmd or (command(tool, folder, "quiet") if tool in KILN else None))

    scope["run"] = run_any
    sys.argv = ["bench.py", *sys.argv[3:]]
    scope["main"]()


def situations():
    """The harness's situations. A stage of Kiln sees only what it declares, so the probes by which the harness lets a
    stage finish or fail are given as absolute paths, and an undeclared script must be refused, declared, and then noticed."""
    head, mark, tail = source("correctness.py").partition("ONLY=")
    assert mark, "correctness.py is not as expected"
    sys.argv = ["correctness.py", *sys.argv[4:]]
    scope = {"__name__": "correctness", "__file__": f"{HARNESS}/correctness.py"}
    exec(compile(head, "correctness.py", "exec"), scope)
    emit, go, popen, undeclared = scope["emit"], scope["go"], subprocess.Popen, scope["t_undeclared"]

    def emit_any(tool, folder, stages):
        if tool not in KILN:
            return emit(tool, folder, stages)
        text = lambda cmd: cmd.replace("test -e fast", f"test -e {folder}/fast").replace("test -e ok", f"test -e {folder}/ok")
        write(folder, {"stages": [stage(name, reads, writes, text(cmd)) for name, reads, writes, cmd in stages]})

    def popen_any(cmd, **options):
        return popen(command(cmd, options["cwd"], "normal") if cmd in KILN else cmd, **options)

    def go_any(tool, folder, timeout=60, **variables):
        if tool not in KILN:
            return go(tool, folder, timeout, **variables)
        done = subprocess.run(["timeout", "-k", "1", str(timeout), *command(tool, folder, "normal")], cwd=folder, env=scope["env"](folder, **variables),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        return done.returncode, done.stdout

    def undeclared_any(tool):
        if tool not in KILN:
            return undeclared(tool)
        reads, told = ["in"], ""
        script = lambda: [("a", reads, ["oa"], scope["LA"] + "sh ./code.sh > oa")]
        folder = scope["fresh"](tool, script())
        scope["wr"](folder, "code.sh", "echo v1\n")
        rc, printed = go_any(tool, folder)
        if rc == 0 or "code.sh" not in printed:
            return f"NOT NOTICED (rc {rc}) " + scope["ran"]()
        told = f"refused (rc {rc}), naming code.sh; once declared: "
        reads.append("code.sh")
        scope["emit"](tool, folder, script())
        go_any(tool, folder)
        scope["clr"]()
        time.sleep(1.1)
        scope["wr"](folder, "code.sh", "echo v2\n")
        go_any(tool, folder)
        return told + scope["ran"]() + (" STALE" if scope["rd"](folder, "oa") != "v2" else "")

    scope["emit"], scope["go"], scope["t_undeclared"] = emit_any, go_any, undeclared_any
    for tool in KILN:
        scope["CMD"][tool] = tool
    class Subprocess:
        Popen = staticmethod(popen_any)
        def __getattr__(self, name): return getattr(subprocess, name)
    scope["subprocess"] = Subprocess()
    exec(compile(mark + tail, "correctness.py", "exec"), scope)


situations() if sys.argv[3] == "situations" else bench()
