"""What libvirt-python answers to every read call that LibvirtSharp's objects have, as one JSON object of texts.

   differential.py URI
"""
import json, sys
import libvirt

out = {}
libvirt.registerErrorHandler(lambda *_: None, None)


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return ";".join(sorted(f"{k}={text(v)}" for k, v in value.items()))
    if isinstance(value, (list, tuple)):
        return ",".join(text(v) for v in value)
    return str(value)


def each(listing):
    try:
        return listing()
    except libvirt.libvirtError:
        return []


def told(value):
    """Where the binding answers None instead of raising what libvirt said."""
    if value is None:
        raise libvirt.libvirtError("no answer")
    return value


def put(path, call):
    try:
        out[path] = text(call())
    except libvirt.libvirtError as error:
        out[path] = f"error {error.get_error_code()} {error.get_error_domain()} {error.get_error_message()}"


c = libvirt.open(sys.argv[1])
put("hostname", c.getHostname)
put("type", c.getType)
put("version", c.getVersion)
put("libversion", c.getLibVersion)
put("capabilities", c.getCapabilities)
put("domaincapabilities", lambda: c.getDomainCapabilities(None, None, None, "qemu"))
put("secure", c.isSecure)
put("securitymodel", c.getSecurityModel)
put("memoryparameters", lambda: {k: v for k, v in c.getMemoryParameters().items() if k in ("shm_pages_to_scan", "shm_sleep_millisecs", "shm_merge_across_nodes")})
put("freepages", lambda: [sorted(each) for each in c.getFreePages([4], -1, 1).values()])
put("nodeinfo", lambda: [c.getInfo()[0]] + c.getInfo()[2:])
put("poolcapabilities", c.getStoragePoolCapabilities)
for d in c.listAllDomains():
    p = f"domain/{d.UUIDString()}/"
    put(p + "name", d.name)
    put(p + "id", lambda: d.ID() if d.isActive() else None)
    put(p + "lookup", lambda: c.lookupByName(d.name()).UUIDString())
    put(p + "info", lambda: d.info()[:4])
    put(p + "state", lambda: d.state())
    for flags in (0, libvirt.VIR_DOMAIN_XML_INACTIVE, libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE):
        put(p + f"xml/{flags}", lambda: d.XMLDesc(flags))
    put(p + "autostart", d.autostart)
    put(p + "active", d.isActive)
    put(p + "persistent", d.isPersistent)
    put(p + "maxmemory", lambda: d.maxMemory() * 1024)
    put(p + "vcpus", lambda: d.vcpusFlags(libvirt.VIR_DOMAIN_AFFECT_CONFIG))
    put(p + "title", lambda: d.metadata(libvirt.VIR_DOMAIN_METADATA_TITLE, None))
    put(p + "metadata", lambda: d.metadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, "urn:test:differential"))
    put(p + "snapshots", lambda: sorted(s.getName() for s in d.listAllSnapshots()))
    for s in d.listAllSnapshots():
        put(p + f"snapshot/{s.getName()}/xml", s.getXMLDesc)
        put(p + f"snapshot/{s.getName()}/parent", lambda: s.getParent().getName())
        put(p + f"snapshot/{s.getName()}/current", s.isCurrent)
        put(p + f"snapshot/{s.getName()}/children", lambda: sorted(x.getName() for x in s.listAllChildren()))
    put(p + "checkpoints", lambda: sorted(s.getName() for s in d.listAllCheckpoints()))
    put(p + "managedsave", d.hasManagedSaveImage)
    put(p + "blockinfo", lambda: d.blockInfo("vda"))
    put(p + "blockiotune", lambda: d.blockIoTune("vda"))
    put(p + "blkio", d.blkioParameters)
    put(p + "memoryparameters", d.memoryParameters)
    put(p + "scheduler", d.schedulerParameters)
    put(p + "perf", d.perfEvents)
    put(p + "diskerrors", d.diskErrors)
    put(p + "control", d.controlInfo)
    put(p + "updated", d.isUpdated)
    put(p + "schedulertype", lambda: d.schedulerType()[0])
    put(p + "securitylabel", d.securityLabel)
    put(p + "securitylabels", lambda: each(d.securityLabelList))  # of none the binding makes an error without a cause
    put(p + "blockpeek", lambda: d.blockPeek("vda", 0, 64))
    put(p + "memorypeek", lambda: d.memoryPeek(0xffff0, 16, libvirt.VIR_MEMORY_PHYSICAL))
    put(p + "compressioncache", lambda: told(d.migrateGetCompressionCache()))
    put(p + "maxspeed", lambda: min(d.migrateGetMaxSpeed() << 20, (1 << 63) - 1))
    put(p + "signal", lambda: d.sendProcessSignal(1, libvirt.VIR_DOMAIN_PROCESS_SIGNAL_NOP) or None)
    put(p + "memorystats", lambda: sorted(f"{k} {v * 1024}" for k, v in d.memoryStats().items() if k in ("actual", "available", "unused", "usable")))
    put(p + "job", lambda: d.jobStats().pop("type"))
    put(p + "hostname", d.hostname)
    put(p + "addresses", lambda: [f"{k} {v['hwaddr']} " + " ".join(f"{a['type']} {a['addr']} {a['prefix']}" for a in v["addrs"])
                                  for k, v in d.interfaceAddresses(libvirt.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT).items()])
    put(p + "guestinfo", d.guestInfo)
    put(p + "stats", lambda: {k: v for k, v in c.domainListGetStats([d], libvirt.VIR_DOMAIN_STATS_STATE | libvirt.VIR_DOMAIN_STATS_INTERFACE)[0][1].items()
                              if not k.endswith("time")})
for n in c.listAllNetworks():
    p = f"network/{n.UUIDString()}/"
    put(p + "name", n.name)
    put(p + "xml", n.XMLDesc)
    put(p + "bridge", n.bridgeName)
    put(p + "autostart", n.autostart)
    put(p + "active", n.isActive)
    put(p + "persistent", n.isPersistent)
    put(p + "ports", lambda: [x.UUIDString() for x in n.listAllPorts()])
    put(p + "leases", lambda: [x["ipaddr"] for x in n.DHCPLeases()])
for s in c.listAllStoragePools():
    p = f"pool/{s.UUIDString()}/"
    put(p + "name", s.name)
    put(p + "xml", s.XMLDesc)
    put(p + "info", s.info if sys.argv[1].startswith("test") else lambda: s.info()[:2])
    put(p + "autostart", s.autostart)
    put(p + "active", s.isActive)
    put(p + "persistent", s.isPersistent)
    put(p + "volumes", lambda: sorted(v.name() for v in s.listAllVolumes()))
    for v in s.listAllVolumes() if s.isActive() else []:
        q = p + f"volume/{v.name()}/"
        put(q + "key", v.key)
        put(q + "path", v.path)
        put(q + "info", v.info)
        put(q + "xml", v.XMLDesc)
for s in each(c.listAllSecrets):
    p = f"secret/{s.UUIDString()}/"
    put(p + "usage", lambda: [s.usageType(), s.usageID()])
    put(p + "xml", s.XMLDesc)
    put(p + "value", s.value)
for f in each(c.listAllNWFilters):
    put(f"filter/{f.UUIDString()}/name", f.name)
    put(f"filter/{f.UUIDString()}/xml", f.XMLDesc)
for d in each(c.listAllDevices):
    p = f"device/{d.name()}/"
    put(p + "parent", d.parent)
    put(p + "capabilities", d.listCaps)
    put(p + "xml", d.XMLDesc)
    put(p + "active", d.isActive)
    put(p + "persistent", d.isPersistent)
for i in each(c.listAllInterfaces):
    p = f"interface/{i.name()}/"
    put(p + "mac", i.MACString)
    put(p + "xml", i.XMLDesc)
    put(p + "active", i.isActive)
print(json.dumps(out))
