"""The same worker on pyroute2: see Netlink.Peer/Program.cs. Indexes are chosen, so that no name has to be looked up."""
import json, socket, sys, time
from pyroute2 import NetNS

print("ready", flush=True)
for line in sys.stdin:
    task = line.split()
    with NetNS(task[1]) as ns:
        ns.get_links()
        sets, count = (int(task[2]), 0) if task[0] == "build" else (1, 0)
        vx0 = ns.link_lookup(ifname="vx0")[0] if task[0] == "dump" else 0
        processor, start = time.process_time(), time.perf_counter()
        for i in range(sets):
            if task[0] == "dump":
                count = len(list(ns.fdb("dump", ifindex=vx0)))
                continue
            bridge, vxlan, veth = 1000 + i * 4, 1001 + i * 4, 1002 + i * 4
            ns.link("add", ifname=f"br{i}", kind="bridge", index=bridge)
            ns.link("add", ifname=f"vx{i}", kind="vxlan", index=vxlan, master=bridge, vxlan_id=100 + i, vxlan_local="10.9.0.1", vxlan_port=4789, vxlan_learning=0)
            ns.link("add", ifname=f"t{i}", kind="veth", index=veth, peer={"ifname": f"p{i}"})
            ns.link("set", index=veth, master=bridge)
            ns.fdb("append", ifindex=vxlan, lladdr="00:00:00:00:00:00", dst="10.9.0.2")
        took = time.perf_counter() - start
        print(json.dumps({"seconds": took / sets, "cpu": (time.process_time() - processor) / sets, "count": count}), flush=True)
