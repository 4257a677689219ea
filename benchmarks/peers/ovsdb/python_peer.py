"""A worker of the benchmark on Open vSwitch's Python IDL (with its C parser); the same lines in and out as Ovsdb.Peer.

   python_peer.py ENDPOINT SCHEMA-FILE
"""
import json, sys, time
import ovs.db.idl, ovs.json, ovs.poller

assert ovs.json.PARSER == "C"
endpoint, schema = sys.argv[1:3]
kept = []


def connect(tables=None):
    helper = ovs.db.idl.SchemaHelper(schema)
    if tables:
        for table in tables:
            helper.register_table(table)
    else:
        helper.register_all()
    idl = ovs.db.idl.Idl(endpoint, helper)
    while not idl.has_ever_connected():
        idl.run()
        if idl.has_ever_connected():
            break
        poller = ovs.poller.Poller()
        idl.wait(poller)
        poller.block()
    return idl


def rss():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4096


print("ready", flush=True)
writer = None
for line in sys.stdin:
    task = line.split()
    count = int(task[1]) if len(task) > 1 else 0
    if task[0] in ("create", "clear") and writer is None:
        writer = connect(["Logical_Switch"])
    if task[0] == "clear":
        writer.run()
    times = []
    cpu = time.process_time()
    start = time.perf_counter()
    if task[0] == "create":
        for i in range(count):
            one = time.perf_counter()
            txn = ovs.db.idl.Transaction(writer)
            row = txn.insert(writer.tables["Logical_Switch"])
            row.name = f"create{i}"
            status = txn.commit_block()
            assert status == ovs.db.idl.Transaction.SUCCESS, status
            times.append(time.perf_counter() - one)
    elif task[0] == "clear":
        txn = ovs.db.idl.Transaction(writer)
        for row in list(writer.tables["Logical_Switch"].rows.values()):
            row.delete()
        txn.commit_block()
    elif task[0] == "load":
        connect().close()
    elif task[0] == "keep":
        kept.append(connect())
    seconds = time.perf_counter() - start
    busy = time.process_time() - cpu
    times.sort()
    at = lambda q: round(times[int(q * (len(times) - 1))] * 1e6, 1) if times else 0
    print(json.dumps({"seconds": seconds, "cpu": busy, "count": count, "allocated": 0, "rss": rss(), "p50us": at(0.5), "p99us": at(0.99)}), flush=True)
