"""Runs a command and writes what it took as JSON: measure.py REPORT COMMAND [ARGUMENT…]"""

import json
import os
import sys
import time

report, *command = sys.argv[1:]
start = time.monotonic()
child = os.posix_spawnp(command[0], command, os.environ)
# Of this child alone, and of the processes that it has waited for.
_, status, usage = os.wait4(child, 0)
seconds = time.monotonic() - start
unit = 1 if sys.platform == "darwin" else 1024
with open(report, "w") as file:
    json.dump(
        {
            "exit": os.waitstatus_to_exitcode(status),
            "seconds": seconds,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * unit,
        },
        file,
    )
