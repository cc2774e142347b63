"""Python's sleep for processes under libfaketime 0.9.10, whose `clock_nanosleep` refuses monotonic deadlines (EINVAL).

Since Python 3.11 `time.sleep` waits for a deadline of the monotonic clock; `select` waits for a span of time.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
