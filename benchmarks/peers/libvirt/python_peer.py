"""A worker of the benchmark on libvirt-python; the same lines in and out as LibvirtSharp.Peer."""
import json, os, sys, time
import libvirt

conn = libvirt.open(sys.argv[1])
domain = conn.lookupByName(sys.argv[2])
print("ready", flush=True)


def transfer(volume, path, upload):
    vol = conn.storageVolLookupByPath(volume)
    stream = conn.newStream()
    with open(path, "rb" if upload else "wb") as f:
        if upload:
            vol.upload(stream, 0, 0)
            stream.sendAll(lambda _, n, h: h.read(n), f)
        else:
            vol.download(stream, 0, 0)
            stream.recvAll(lambda _, data, h: h.write(data) and 0, f)
        stream.finish()


for line in sys.stdin:
    task = line.split()
    times = []
    count = 0
    cpu = time.process_time()
    start = time.perf_counter()
    if task[0] == "getinfo":
        count = int(task[1])
        for _ in range(count):
            one = time.perf_counter()
            domain.info()
            times.append(time.perf_counter() - one)
    elif task[0] == "listinfo":
        for each in conn.listAllDomains():
            each.info()
            count += 1
    elif task[0] == "stats":
        count = len(conn.getAllDomainStats())
    elif task[0] in ("upload", "download"):
        transfer(task[1], task[2], task[0] == "upload")
    seconds = time.perf_counter() - start
    cpu = time.process_time() - cpu
    times.sort()
    at = lambda q: times[int(q * (len(times) - 1))] * 1e6 if times else 0
    print(json.dumps({"seconds": seconds, "cpu": cpu, "count": count, "allocated": 0, "p50us": at(0.5), "p99us": at(0.99)}), flush=True)
