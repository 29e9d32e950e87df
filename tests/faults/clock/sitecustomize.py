"""A wall clock that tests can set: on PYTHONPATH, a process reads from a file how far its clock is off."""

import os
import time
from pathlib import Path

_file = os.environ.get("CLOCK_OFFSET_FILE")
if _file is not None:
    _offset, _time, _time_ns = Path(_file), time.time, time.time_ns
    time.time = lambda: _time() + float(_offset.read_text() or 0)
    time.time_ns = lambda: _time_ns() + int(float(_offset.read_text() or 0) * 1e9)
