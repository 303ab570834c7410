"""Keep what a process is made of out of the garbage collector's way.

A process with Django and all apps holds some 300,000 objects that live as long as it does. Each full collection walks
through all of them: 90 to 110 ms, and up to 230 on a busy machine, in which no thread of the process runs. A sender's
messages all missed their slots then, and one request in a hundred waited for it (docs/performance.md).
"""

from __future__ import annotations

import gc


def freeze_start_up() -> None:
    """Everything that is alive now is never looked at again. Called once, when a process has loaded what it runs."""
    gc.collect()
    gc.freeze()
