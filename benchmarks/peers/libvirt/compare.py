"""Runs the workers in turn on one daemon, the same work each, and writes the report.

   compare.py URI FOLDER WORKER OUTPUT [--quick]     WORKER: the built LibvirtSharp.Peer; OUTPUT: libvirt (.json, .md are added)
"""
import json, os, platform, statistics, subprocess, sys, time
import libvirt

uri, folder, worker, output = sys.argv[1:5]
quick = "--quick" in sys.argv
DOMAINS, MIB = (200, 64) if quick else (1000, 256)
SPARSE_MIB = 512 if quick else 4096
ROUNDS = 3 if quick else 7
PYTHON = "/usr/bin/python3"
here = os.path.dirname(os.path.abspath(__file__))


class Worker:
    def __init__(self, *command, **environment):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | environment)
        assert self.process.stdout.readline().strip() == "ready", command

    def run(self, *task):
        self.process.stdin.write(" ".join(map(str, task)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a worker ended at {task}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def define(conn):
    for i in range(DOMAINS):
        conn.defineXML(f"""<domain type='qemu'><name>bench-{i:04}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
            <os><type arch='x86_64' machine='pc'>hvm</type></os>
            <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='file'><source file='/nonexistent/{i}'/><target dev='vda' bus='virtio'/></disk>
            <interface type='user'/></devices></domain>""")


def volumes(conn):
    """A full and a sparse source file, a pool on their folder, and a volume to upload into."""
    with open(f"{folder}/full", "wb") as f:
        for _ in range(MIB):
            f.write(os.urandom(1 << 20))
    with open(f"{folder}/holes", "wb") as f:
        for i in range(64):
            f.seek(i * (SPARSE_MIB // 64) << 20)
            f.write(os.urandom(1 << 20))
        f.truncate(SPARSE_MIB << 20)
    pool = conn.storagePoolCreateXML(f"<pool type='dir'><name>bench</name><target><path>{folder}</path></target></pool>")
    pool.createXML(f"<volume><name>up</name><capacity unit='MiB'>{MIB}</capacity></volume>")
    return pool


def median(name, runs, key="seconds"):
    return statistics.median(run[key] for run in runs[name])


def virsh_sparse():
    start = time.perf_counter()
    subprocess.run(["virsh", "-q", "-c", uri, "vol-download", "--sparse", "--pool", "bench", "holes", f"{folder}/out-virsh"], check=True)
    return {"seconds": time.perf_counter() - start}


def measure(workers, tasks):
    """Each round asks every worker once, so that what else the machine does meets all of them."""
    runs = {}
    for name, task in tasks:
        workers[name].run(*task)  # warm
    for _ in range(ROUNDS):
        for name, task in tasks:
            runs.setdefault(name, []).append(workers[name].run(*task))
    return runs


def main():
    conn = libvirt.open(uri)
    define(conn)
    pool = volumes(conn)
    workers = {
        "ours": Worker(worker, "ours", uri, "bench-0000"),
        "pinvoke": Worker(worker, "pinvoke", uri, "bench-0000"),
        "python": Worker(PYTHON, f"{here}/python_peer.py", uri, "bench-0000"),
    }
    # Idle threads of .NET's pool spin before they sleep; this is the same client without that.
    thrifty = Worker(worker, "ours", uri, "bench-0000", DOTNET_ThreadPool_UnfairSemaphoreSpinLimit="0")
    calls, flight = (500, 5000) if quick else (3000, 30000)
    for _ in range(4):  # compiled code is tiered
        workers["ours"].run("getinfo", 2000)
        workers["ours"].run("inflight", 5000)
        workers["pinvoke"].run("getinfo", 2000)
    rows = []

    def row(what, runs, ours, peer, limit, unit, detail=None, higher=False):
        ratio = ours / peer
        holds = ratio >= limit if higher else ratio <= limit
        rows.append({"what": what, "ours": ours, "peer": peer, "unit": unit, "ratio": ratio, "limit": limit, "higher": higher, "holds": holds, "detail": detail, "runs": runs})
        print(f"{what}: ours {ours:.4g}, peer {peer:.4g} {unit}, ratio {ratio:.2f} ({'at least' if higher else 'at most'} {limit}): {'holds' if holds else 'FAILS'}", flush=True)

    everyone = lambda *task: [(name, task) for name in workers]
    runs = measure(workers, everyone("getinfo", calls))
    quantiles = {name: {q: round(median(name, runs, q), 1) for q in ("p50us", "p99us")} for name in workers}
    row("getInfo, one after the other, p50, beside python", runs, median("ours", runs, "p50us"), median("python", runs, "p50us"), 1.0, "us", quantiles)
    row("getInfo, one after the other, total, beside python", None, median("ours", runs), median("python", runs), 1.0, "s")
    allocated = statistics.median(run["allocated"] / run["count"] for run in runs["ours"])
    row("allocation per getInfo beside the limit of 300", None, allocated, 300, 1.0, "bytes")
    runs = measure(workers, everyone("listinfo"))
    row(f"{DOMAINS} domains, list + info, beside python", runs, median("ours", runs), median("python", runs), 0.3, "s")
    tasks = [(name, ("inflight", flight)) for name in ("ours", "pinvoke", "thrifty")]
    runs = measure(workers | {"thrifty": thrifty}, tasks)
    row("calls a second, 1,000 in flight, beside threaded P/Invoke", runs, flight / median("ours", runs), flight / median("pinvoke", runs), 1.0, "1/s", higher=True)
    row("client CPU of those calls beside threaded P/Invoke", None, median("ours", runs, "cpu"), median("pinvoke", runs, "cpu"), 0.5, "s")
    row("the same with UnfairSemaphoreSpinLimit=0", None, median("thrifty", runs, "cpu"), median("pinvoke", runs, "cpu"), 0.5, "s",
        {"calls a second": flight / median("thrifty", runs)})
    runs = measure(workers, everyone("stats"))
    row(f"all statistics of {DOMAINS} domains, beside python", runs, median("ours", runs), median("python", runs), 0.6, "s",
        {"pinvoke": median("pinvoke", runs)})
    for kind, volume, file in (("upload", "up", "full"), ("download", "full", "out")):
        runs = measure(workers, [(name, (kind, f"{folder}/{volume}", f"{folder}/{file}" + ("" if kind == "upload" else f"-{name}"))) for name in ("ours", "python")])
        row(f"{kind} of {MIB} MiB, beside python", runs, median("ours", runs), median("python", runs), 1.0, "s")
    assert subprocess.run(["cmp", f"{folder}/full", f"{folder}/out-ours"]).returncode == 0
    runs = {"ours": [], "virsh": []}
    workers["ours"].run("sparse", f"{folder}/holes", f"{folder}/out-sparse")
    for _ in range(ROUNDS):
        runs["ours"].append(workers["ours"].run("sparse", f"{folder}/holes", f"{folder}/out-sparse"))
        runs["virsh"].append(virsh_sparse())
    row(f"sparse download of {SPARSE_MIB} MiB with 64 MiB of data, beside virsh", runs, median("ours", runs), median("virsh", runs), 1.0, "s")
    assert subprocess.run(["cmp", f"{folder}/holes", f"{folder}/out-sparse"]).returncode == 0
    for each in [*workers.values(), thrifty]:
        each.close()
    for each in conn.listAllDomains():
        each.undefine()
    pool.destroy()
    report = {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), "quick": quick, "rounds": ROUNDS, "processors": os.cpu_count(), "load": os.getloadavg(),
        "libvirt": conn.getLibVersion(), "kernel": platform.release(), "rows": rows,
    }
    with open(output + ".json", "w") as f:
        json.dump(report, f, indent=1)
        f.write("\n")
    with open(output + ".md", "w") as f:
        f.write(markdown(report, quantiles))
    print(f"{sum(r['holds'] for r in rows)} of {len(rows)} hold; report: {output}.md")


def markdown(report, quantiles):
    lines = [
        "# LibvirtSharp beside libvirt-python, P/Invoke and virsh", "",
        f"{report['date']}; libvirt {report['libvirt'] // 1000000}.{report['libvirt'] // 1000 % 1000}, one private daemon with QEMU's driver, {report['processors']} processors "
        f"(load {report['load'][0]:.1f}), medians of {report['rounds']} interleaved rounds{', quick run' if report['quick'] else ''}.", "",
        "| what | ours | peer | unit | ours / peer | wanted | holds |", "|---|---|---|---|---|---|---|",
    ]
    for r in report["rows"]:
        lines.append(f"| {r['what']} | {r['ours']:.4g} | {r['peer']:.4g} | {r['unit']} | {r['ratio']:.2f} | {'at least' if r['higher'] else 'at most'} {r['limit']} | {'yes' if r['holds'] else '**no**'} |")
    lines += ["", "Other programs shared the processors. With the runtime's default, idle threads of .NET's pool spin before they sleep: shorter calls for more client CPU; "
              "`System.Threading.ThreadPool.UnfairSemaphoreSpinLimit` is the setting."]
    lines += ["", "getInfo, microseconds:", "", "| client | p50 | p99 |", "|---|---|---|"]
    lines += [f"| {name} | {q['p50us']} | {q['p99us']} |" for name, q in quantiles.items()]
    return "\n".join(lines) + "\n"


main()
