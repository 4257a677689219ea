"""Runs the workers in turn on private servers, the same work each, and writes the report.

   compare.py FOLDER SCHEMA WORKER OUTPUT [--quick]     FOLDER has small.sock and large.sock; WORKER: the built Ovsdb.Peer
"""
import json, os, platform, statistics, subprocess, sys, time

folder, schema, worker, output = sys.argv[1:5]
quick = "--quick" in sys.argv
ROUNDS, WARM, CREATES, SEEN, PORTS, FRESH = (3, 1, 100, 500, 2000, 1) if quick else (11, 4, 500, 2000, 10000, 5)
PYTHON = "/usr/bin/python3"
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
from workers import Worker
small, large = f"unix:{folder}/small.sock", f"unix:{folder}/large.sock"
rows = []


def ours(endpoint):
    return Worker(worker, endpoint)


def python(endpoint):
    return Worker(PYTHON, f"{here}/python_peer.py", endpoint, schema)


def row(work, unit, mine, peer, name, target):
    """Lower is better in every row; the target is the greatest ratio that holds."""
    ratio = mine / peer
    rows.append({"work": work, "unit": unit, "ours": round(mine, 6), "peer": round(peer, 6), "peerName": name, "ratio": round(ratio, 3), "target": target})
    print(f"{work}: ours {mine:.4g}, {name} {peer:.4g} {unit}, ratio {ratio:.3f} (at most {target}): {'holds' if ratio <= target else 'FAILS'}", flush=True)


def median(runs, key="seconds"):
    return statistics.median(run[key] for run in runs)


def warm(each, *task):
    """The runtime compiles what runs often anew, beside it: what a program meets in its first seconds is no part of the comparison."""
    end = time.monotonic() + WARM
    each.run(*task)
    while time.monotonic() < end:
        each.run(*task)


def nbctl(count):
    start = time.perf_counter()
    for i in range(count):
        subprocess.run(["ovn-nbctl", f"--db={small}", "--no-leader-only", "ls-add", f"nbctl{i}"], check=True)
    return {"seconds": (time.perf_counter() - start) / count}


def create():
    mine, theirs = ours(small), python(small)
    runs = {"ours": [], "python": [], "nbctl": [], "many": [], "bare": []}
    for each in (mine, theirs):
        warm(each, "create", CREATES)
        mine.run("clear")
    warm(mine, "many", 1000)
    warm(mine, "bare", 1000)
    mine.run("clear")
    for _ in range(ROUNDS):
        for name, each, task in (("ours", mine, ("create", CREATES)), ("python", theirs, ("create", CREATES)), ("many", mine, ("many", 1000)), ("bare", mine, ("bare", 1000))):
            runs[name].append(each.run(*task))
            mine.run("clear")
            # The IDL takes what it has not read yet before its next task, outside of it.
            theirs.run("clear")
        runs["nbctl"].append(nbctl(10))
        mine.run("clear")
        theirs.run("clear")
    each = lambda name, key="seconds": median(runs[name], key) / CREATES * 1e6
    row("create a switch", "us", each("ours"), median(runs["nbctl"]) * 1e6, "ovn-nbctl", 0.03)
    row("create a switch", "us", each("ours"), each("python"), "python3-openvswitch", 0.5)
    row("client CPU of creating a switch", "us", each("ours", "cpu"), each("python", "cpu"), "python3-openvswitch", 0.2)
    row("1,000 switches in one transaction", "ms", median(runs["many"]) * 1e3, median(runs["bare"]) * 1e3, "the server's own time (bare socket)", 1.3)
    warm(mine, "seen", SEEN)
    mine.run("clear")
    seen = []
    for _ in range(ROUNDS):
        seen.append(mine.run("seen", SEEN))
        mine.run("clear")
    row("a change seen by another client, p99", "us", median(seen, "p99us"), 2000, "the limit", 1.0)
    quantiles = {"create, ours": runs["ours"], "create, python3-openvswitch": runs["python"], "seen by another client": seen}
    mine.close()
    theirs.close()
    return {name: (median(of, "p50us"), median(of, "p99us")) for name, of in quantiles.items()}


def growth(start):
    """How much larger a process is with the replica of the full database than one with that of an empty one; each process its own."""
    sizes = []
    for endpoint in (small, large):
        each = start(endpoint)
        sizes.append(each.run("keep")["rss"])
        time.sleep(0.5)
        each.close()
    return {"seconds": (sizes[1] - sizes[0]) / 1e6}


def load():
    filler = ours(large)
    filler.run("fill", PORTS)
    filler.close()
    mine, theirs = ours(large), python(large)
    runs = {"ours": [], "python": [], "growth ours": [], "growth python": [], "first ours": [], "first python": []}
    for each in (mine, theirs):
        warm(each, "load")
    for _ in range(ROUNDS):
        runs["ours"].append(mine.run("load"))
        runs["python"].append(theirs.run("load"))
    for _ in range(FRESH):
        for name, start in (("ours", ours), ("python", python)):
            runs[f"growth {name}"].append(growth(start))
            each = start(large)
            runs[f"first {name}"].append(each.run("load"))
            each.close()
    row(f"replica of {PORTS:,} ports, growth over an empty one", "MB", median(runs["growth ours"]), median(runs["growth python"]), "python3-openvswitch", 0.3)
    row(f"replica of {PORTS:,} ports, initial load", "s", median(runs["ours"]), median(runs["python"]), "python3-openvswitch", 0.3)
    row(f"the same as a process's first work, compilation included", "s", median(runs["first ours"]), median(runs["first python"]), "python3-openvswitch", 0.3)
    mine.close()
    theirs.close()


def markdown(quantiles):
    version = subprocess.run(["ovsdb-server", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    lines = [
        "# Ovsdb beside Open vSwitch's Python IDL, ovn-nbctl and a bare socket", "",
        f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}; {version}, standalone, OVN's northbound schema over a unix socket, {os.cpu_count()} processors "
        f"(load {os.getloadavg()[0]:.1f} at the end, this run's own counted), Linux {platform.release()}; medians of {ROUNDS} interleaved rounds, "
        f"{WARM} s of the same work before{', quick run' if quick else ''}.", "",
        "| work | ours | peer | unit | beside | ours / peer | at most | holds |", "|---|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        lines.append(f"| {r['work']} | {r['ours']:.4g} | {r['peer']:.4g} | {r['unit']} | {r['peerName']} | {r['ratio']:.3f} | {r['target']} | {'yes' if r['ratio'] <= r['target'] else '**no**'} |")
    lines += ["", "Microseconds:", "", "| what | p50 | p99 |", "|---|---|---|"]
    lines += [f"| {name} | {p50} | {p99} |" for name, (p50, p99) in quantiles.items()]
    return "\n".join(lines) + "\n"


quantiles = create()
load()
with open(output + ".json", "w") as f:
    f.write('{"rows":[\n' + ",\n".join(json.dumps(each) for each in rows) + "\n]}\n")
with open(output + ".md", "w") as f:
    f.write(markdown(quantiles))
print(f"{sum(r['ratio'] <= r['target'] for r in rows)} of {len(rows)} hold; report: {output}.md")
