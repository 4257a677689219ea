"""What the comparisons share: processes that do one piece of work at a time, so that both sides are measured in turn."""
import json, subprocess


class Worker:
    """A process that says "ready", then answers each line with a line of JSON."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
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
