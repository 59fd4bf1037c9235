"""Runs a command and writes what it took as JSON: measure.py REPORT COMMAND [ARGUMENT…]"""

import json
import os
import sys
import threading
import time

# The seconds between two looks at the memory of all processes.
INTERVAL = 0.2


def descendants(root):
    """Returns a process and all processes below it. On a system without /proc there is none."""
    children = {}
    for entry in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        try:
            with open(f"/proc/{int(entry)}/stat") as file:
                # The name stands in parentheses and may have some itself.
                parent = int(file.read().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        children.setdefault(parent, []).append(int(entry))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def memory(process):
    """Returns the bytes of a process. A page that several processes share counts in parts."""
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) * 1024
    except OSError:
        return 0


report, *command = sys.argv[1:]
start = time.monotonic()
child = os.posix_spawnp(command[0], command, os.environ)
ended = threading.Event()
most = 0


def watch():
    global most
    while not ended.wait(INTERVAL):
        most = max(most, sum(map(memory, descendants(child))))


watcher = threading.Thread(target=watch)
watcher.start()
# Of this child alone, and of the processes that it has waited for.
_, status, usage = os.wait4(child, 0)
seconds = time.monotonic() - start
ended.set()
watcher.join()
unit = 1 if sys.platform == "darwin" else 1024
peak = usage.ru_maxrss * unit
with open(report, "w") as file:
    json.dump(
        {
            "exit": os.waitstatus_to_exitcode(status),
            "seconds": seconds,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_bytes": peak,
            "tree_bytes": max(peak, most),
        },
        file,
    )
