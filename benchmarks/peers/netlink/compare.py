"""Runs ours, pyroute2 and the programs of iproute2 in turn on the same work, in network namespaces, and writes the report.

   compare.py WORKER OUTPUT [--quick]     WORKER: the built Netlink.Peer; OUTPUT: netlink (.json, .md are added)
"""
import json, os, platform, statistics, subprocess, sys, time

worker, output = sys.argv[1:3]
quick = "--quick" in sys.argv
SETS, ENTRIES, ROUNDS, WARM = (10, 10000, 3, 3) if quick else (25, 10000, 15, 12)
PYTHON = "/usr/bin/python3"
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
from workers import Worker
numbers = iter(range(1 << 20))


class Namespace:
    """A namespace for one piece of work; the kernel takes it down in the background, which is waited for."""

    def __enter__(self):
        self.name = f"nlbench{os.getpid()}-{next(numbers)}"
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        return self.name

    def __exit__(self, *_):
        subprocess.run(["ip", "netns", "del", self.name], check=True)
        time.sleep(0.3)


def programs(name, sets):
    """Five processes a set, all of one shell: nothing between them but its fork."""
    lines = []
    for i in range(sets):
        lines += [f"ip -n {name} link add br{i} type bridge",
                  f"ip -n {name} link add vx{i} master br{i} type vxlan id {100 + i} local 10.9.0.1 dstport 4789 nolearning",
                  f"ip -n {name} link add t{i} type veth peer name p{i}",
                  f"ip -n {name} link set t{i} master br{i}",
                  f"bridge -n {name} fdb append 00:00:00:00:00:00 dev vx{i} dst 10.9.0.2"]
    start = time.perf_counter()
    subprocess.run(["/bin/sh", "-e"], input="\n".join(lines), text=True, check=True)
    return {"seconds": (time.perf_counter() - start) / sets}


def bridge_fdb(name):
    start = time.perf_counter()
    out = subprocess.run(["bridge", "-n", name, "-j", "fdb", "show", "dev", "vx0"], check=True, stdout=subprocess.PIPE).stdout
    took = time.perf_counter() - start
    return {"seconds": took, "count": out.count(b'"mac"')}


def built(name):
    """What is there afterwards, the same for all: kinds and enslaved links."""
    links = json.loads(subprocess.run(["ip", "-n", name, "-j", "-d", "link"], check=True, capture_output=True).stdout)
    return sorted((l["ifname"], l.get("master", ""), l.get("linkinfo", {}).get("info_kind", "")) for l in links)


def measure(tasks, rounds):
    """Each round asks everybody once, so that what else the machine does meets all of them."""
    runs = {}
    for i in range(rounds):
        for name, task in tasks[i % len(tasks):] + tasks[:i % len(tasks)]:
            runs.setdefault(name, []).append(task())
    return runs


def median(runs, name, key="seconds"):
    return statistics.median(run[key] for run in runs[name])


def main():
    ours, python = Worker(worker), Worker(PYTHON, f"{here}/pyroute2_peer.py")
    rows = []

    def row(work, mine, peer, peer_name, target):
        ratio = mine / peer
        rows.append({"work": work, "unit": "ms", "ours": round(mine * 1e3, 4), "peer": round(peer * 1e3, 4), "peerName": peer_name, "ratio": round(ratio, 3), "target": target})
        print(f"{work}: ours {mine * 1e3:.4g}, {peer_name} {peer * 1e3:.4g} ms, ratio {ratio:.3f} (at most {target}): {'holds' if ratio <= target else 'FAILS'}", flush=True)

    results = {}

    def build(who, act):
        def run():
            with Namespace() as name:
                result = act(name)
                results[who] = built(name)
                return result
        return run

    tasks = [("batch", build("batch", lambda n: ours.run("build", n, SETS, "batch"))),
             ("single", build("single", lambda n: ours.run("build", n, SETS, "single"))),
             ("pyroute2", build("pyroute2", lambda n: python.run("build", n, SETS))),
             ("programs", build("programs", lambda n: programs(n, SETS)))]
    measure([t for t in tasks if t[0] != "programs"], WARM)
    runs = measure(tasks, ROUNDS)
    assert len({json.dumps(each) for each in results.values()}) == 1, results
    row("bridge + vxlan + veth + enslave + FDB, one batch", median(runs, "batch"), median(runs, "programs"), "ip and bridge processes", 0.1)
    row("bridge + vxlan + veth + enslave + FDB, one batch", median(runs, "batch"), median(runs, "pyroute2"), "pyroute2", 0.7)
    row("bridge + vxlan + veth + enslave + FDB, a call each", median(runs, "single"), median(runs, "programs"), "ip and bridge processes", 0.1)
    row("bridge + vxlan + veth + enslave + FDB, a call each", median(runs, "single"), median(runs, "pyroute2"), "pyroute2", 0.7)
    cpu = {name: median(runs, name, "cpu") for name in ("batch", "single", "pyroute2")}
    with Namespace() as name:
        subprocess.run(["ip", "-n", name, "link", "add", "vx0", "type", "vxlan", "id", "5", "dstport", "4789"], check=True)
        fdb = "".join(f"fdb add 02:00:00:{i >> 16:02x}:{(i >> 8) & 255:02x}:{i & 255:02x} dev vx0 dst 10.9.0.2\n" for i in range(ENTRIES))
        subprocess.run(["bridge", "-n", name, "-batch", "-"], input=fdb, text=True, check=True)
        tasks = [("ours", lambda: ours.run("dump", name)), ("pyroute2", lambda: python.run("dump", name)), ("bridge", lambda: bridge_fdb(name))]
        measure(tasks[:1], 200 if not quick else 40)
        runs = measure(tasks, ROUNDS)
        counts = {who: runs[who][-1]["count"] for who in runs}
        assert set(counts.values()) == {ENTRIES}, counts
        row(f"dump of {ENTRIES} FDB entries", median(runs, "ours"), median(runs, "bridge"), "bridge -j fdb", 0.5)
        dump = {who: median(runs, who) for who in runs}
    ours.close()
    python.close()
    with open(f"{output}.json", "w") as f:
        json.dump({"rows": rows}, f, indent=2)
        f.write("\n")
    with open(f"{output}.md", "w") as f:
        f.write(report(rows, cpu, dump))


def report(rows, cpu, dump):
    lines = ["# Netlink beside the programs of iproute2 and pyroute2", "",
             f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC; iproute2 6.1, pyroute2 0.7.2, {os.cpu_count()} processors (load {os.getloadavg()[0]:.1f} at the end, this run's own counted), "
             f"Linux {platform.release()}; medians of {ROUNDS} interleaved rounds of {SETS} sets, each round in a namespace of its own.",
             "The programs run in one shell; pyroute2 is given the indexes, ours looks up the names.", "",
             "| work | ours | peer | unit | beside | ours / peer | at most | holds |", "|---|---|---|---|---|---|---|---|"]
    lines += [f"| {r['work']} | {r['ours']:.4g} | {r['peer']:.4g} | {r['unit']} | {r['peerName']} | {r['ratio']:.2f} | {r['target']} | {'yes' if r['ratio'] <= r['target'] else '**no**'} |" for r in rows]
    lines += ["", f"Processor time of the client for one set, the kernel's work in it counted: a batch {cpu['batch'] * 1e3:.2f} ms, a call each {cpu['single'] * 1e3:.2f} ms, pyroute2 {cpu['pyroute2'] * 1e3:.2f} ms.",
              f"The dump takes pyroute2 {dump['pyroute2'] * 1e3:.0f} ms."]
    return "\n".join(lines) + "\n"


main()
