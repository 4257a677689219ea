"""Runs the workers in turn on one daemon, the same work each, and writes the report.

   compare.py URI FOLDER WORKER OUTPUT [--quick]     WORKER: the built LibvirtSharp.Peer; OUTPUT: libvirt (.json, .md are added)
"""
import json, os, platform, statistics, subprocess, sys, time
import libvirt

uri, folder, worker, output = sys.argv[1:5]
quick = "--quick" in sys.argv
DOMAINS, MIB = (200, 64) if quick else (1000, 256)
SPARSE_MIB = 512 if quick else 4096
ROUNDS, WARM = (3, 1) if quick else (15, 4)
PYTHON = "/usr/bin/python3"
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
from workers import Worker


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


def warm(worker, task):
    """The runtime compiles what runs often anew, beside it: what a program meets in its first seconds is no part of the comparison."""
    end = time.monotonic() + WARM
    worker.run(*task)
    while time.monotonic() < end:
        worker.run(*task)


def measure(workers, tasks):
    """Each round asks every worker once, so that what else the machine does meets all of them."""
    runs = {}
    for name, task in tasks:
        warm(workers[name], task)
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
    calls, flight = (500, 5000) if quick else (3000, 30000)
    rows = []

    def row(work, unit, ours, peer, peer_name, target):
        """Lower is better in every row; the target is the greatest ratio that holds."""
        ratio = ours / peer
        rows.append({"work": work, "unit": unit, "ours": round(ours, 6), "peer": round(peer, 6), "peerName": peer_name, "ratio": round(ratio, 2), "target": target})
        print(f"{work}: ours {ours:.4g}, {peer_name} {peer:.4g} {unit}, ratio {ratio:.2f} (at most {target}): {'holds' if ratio <= target else 'FAILS'}", flush=True)

    everyone = lambda *task: [(name, task) for name in workers]
    runs = measure(workers, everyone("getinfo", calls))
    quantiles = {name: {q: round(median(name, runs, q), 1) for q in ("p50us", "p99us")} for name in workers}
    row("getInfo, one after the other, p50", "us", median("ours", runs, "p50us"), median("python", runs, "p50us"), "libvirt-python", 1.0)
    row("getInfo, one after the other, p99", "us", median("ours", runs, "p99us"), median("python", runs, "p99us"), "libvirt-python", 1.0)
    row(f"{calls} getInfo, one after the other", "s", median("ours", runs), median("python", runs), "libvirt-python", 1.0)
    allocated = statistics.median(run["allocated"] / run["count"] for run in runs["ours"])
    row("allocation per getInfo", "bytes", allocated, 300, "the limit", 1.0)
    runs = measure(workers, everyone("listinfo"))
    row(f"{DOMAINS} domains, list + info", "s", median("ours", runs), median("python", runs), "libvirt-python", 0.3)
    runs = measure(workers, [(name, ("inflight", flight)) for name in ("ours", "pinvoke")])
    each = lambda name, key: median(name, runs, key) / flight * 1e6
    row("a call, 1,000 in flight", "us", each("ours", "seconds"), each("pinvoke", "seconds"), "threaded P/Invoke", 1.0)
    row("client CPU of a call, 1,000 in flight", "us", each("ours", "cpu"), each("pinvoke", "cpu"), "threaded P/Invoke", 0.5)
    runs = measure(workers, everyone("stats"))
    row(f"all statistics of {DOMAINS} domains", "s", median("ours", runs), median("python", runs), "libvirt-python", 0.6)
    for kind, volume, file in (("upload", "up", "full"), ("download", "full", "out")):
        runs = measure(workers, [(name, (kind, f"{folder}/{volume}", f"{folder}/{file}" + ("" if kind == "upload" else f"-{name}"))) for name in ("ours", "python")])
        row(f"{kind} of {MIB} MiB", "s", median("ours", runs), median("python", runs), "libvirt-python", 1.0)
        row(f"client CPU of that {kind}", "s", median("ours", runs, "cpu"), median("python", runs, "cpu"), "libvirt-python", 1.0)
    assert subprocess.run(["cmp", f"{folder}/full", f"{folder}/out-ours"]).returncode == 0
    runs = {"ours": [], "virsh": []}
    warm(workers["ours"], ("sparse", f"{folder}/holes", f"{folder}/out-sparse"))
    for _ in range(ROUNDS):
        runs["ours"].append(workers["ours"].run("sparse", f"{folder}/holes", f"{folder}/out-sparse"))
        runs["virsh"].append(virsh_sparse())
    row(f"sparse download of {SPARSE_MIB} MiB with 64 MiB of data", "s", median("ours", runs), median("virsh", runs), "virsh vol-download --sparse", 1.0)
    assert subprocess.run(["cmp", f"{folder}/holes", f"{folder}/out-sparse"]).returncode == 0
    for each in workers.values():
        each.close()
    for each in conn.listAllDomains():
        each.undefine()
    pool.destroy()
    with open(output + ".json", "w") as f:
        f.write('{"rows":[\n' + ",\n".join(json.dumps(each) for each in rows) + "\n]}\n")
    with open(output + ".md", "w") as f:
        f.write(markdown(rows, quantiles, conn.getLibVersion()))
    print(f"{sum(r['ratio'] <= r['target'] for r in rows)} of {len(rows)} hold; report: {output}.md")


def markdown(rows, quantiles, version):
    lines = [
        "# LibvirtSharp beside libvirt-python, P/Invoke and virsh", "",
        f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}; libvirt {version // 1000000}.{version // 1000 % 1000}, one private daemon with QEMU's driver, "
        f"{os.cpu_count()} processors (load {os.getloadavg()[0]:.1f} at the end, this run's own counted), Linux {platform.release()}; "
        f"medians of {ROUNDS} interleaved rounds, {WARM} s of the same work before{', quick run' if quick else ''}.", "",
        "| work | ours | peer | unit | beside | ours / peer | at most | holds |", "|---|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        lines.append(f"| {r['work']} | {r['ours']:.4g} | {r['peer']:.4g} | {r['unit']} | {r['peerName']} | {r['ratio']:.2f} | {r['target']} | {'yes' if r['ratio'] <= r['target'] else '**no**'} |")
    lines += ["", "getInfo, microseconds:", "", "| client | p50 | p99 |", "|---|---|---|"]
    lines += [f"| {name} | {q['p50us']} | {q['p99us']} |" for name, q in quantiles.items()]
    return "\n".join(lines) + "\n"


main()
