"""What ties the processes of a storm to it: they end with it, however it ends."""

import ctypes
import os
import signal
import sys
from multiprocessing import forkserver


def be_leashed() -> None:
    """End when the storm ends, also while this process is stopped (Linux); Ctrl-C on the terminal is for the storm.

    The server that forks the processes ends with the storm, unless one of them holds its pipe; and they with it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(forkserver._forkserver._forkserver_alive_fd)  # noqa: SLF001 - it is for those who fork more
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
