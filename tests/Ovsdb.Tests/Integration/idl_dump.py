"""Follows a database with Open vSwitch's own Python IDL; each line of input asks for its content as JSON.

   idl_dump.py ENDPOINT SCHEMA-FILE      a line of input: COLUMN VALUE of a row of Root that must be there first
"""
import json, sys, time
import ovs.db.idl, ovs.poller

endpoint, schema = sys.argv[1:3]
helper = ovs.db.idl.SchemaHelper(schema)
helper.register_all()
idl = ovs.db.idl.Idl(endpoint, helper, leader_only=False)


def wait(done):
    while not done():
        idl.run()
        if done():
            return
        poller = ovs.poller.Poller()
        idl.wait(poller)
        poller.timer_wait(1000)
        poller.block()


wait(lambda: idl.has_ever_connected())
print("ready", flush=True)
for line in sys.stdin:
    mark = line.strip()
    wait(lambda: any(row.name == mark for row in idl.tables["Root"].rows.values()))
    print(json.dumps({
        name: {str(uuid): {column: getattr(row, "_data")[column].to_json() for column in table.columns} for uuid, row in table.rows.items()}
        for name, table in idl.tables.items()}), flush=True)
