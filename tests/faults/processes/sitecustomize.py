"""What tests change about a process that has this folder on PYTHONPATH.

`CLOCK_OFFSET_FILE`: a file that says how many seconds its wall clock is off, which may change.
`WITHOUT_PRIVILEGES`: permissions hold, also for root.
"""

import ctypes
import os
import sys
import time
from pathlib import Path

_file = os.environ.get("CLOCK_OFFSET_FILE")
if _file is not None:
    _offset, _time, _time_ns = Path(_file), time.time, time.time_ns
    time.time = lambda: _time() + float(_offset.read_text() or 0)
    time.time_ns = lambda: _time_ns() + int(float(_offset.read_text() or 0) * 1e9)

if "WITHOUT_PRIVILEGES" in os.environ and sys.platform == "linux":
    # capset(2), version 3, this process: no capability effective, permitted or inheritable.
    ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
