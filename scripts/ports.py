"""Is a port free to listen on? Asked before anything starts, so that the answer is one sentence."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping

BUSY = "is in use by another program"


class PortProblem(Exception):
    """A port cannot be used; the text names it and the variable that chooses another."""


def chosen(environ: Mapping[str, str], variable: str, default: int) -> int:
    """The port `variable` asks for, proven free on 127.0.0.1. Raises PortProblem."""
    value = environ.get(variable) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise PortProblem(f"{variable}={value} is not a port; give a number from 1024 to 65535.")
    problem = why_not(int(value))
    if problem:
        other = int(value) % 65535 + 1
        raise PortProblem(f"Port {value} {problem}. Choose another for this run: make run {variable}={other}")
    return int(value)


def why_not(port: int) -> str | None:
    """What keeps `port` from being listened on, or None.

    Connecting is tried first: on macOS a bind to 127.0.0.1 succeeds beside a listener on all addresses.
    """
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return BUSY
    with socket.socket() as probe:
        # Connections of the last run that linger in TIME_WAIT do not count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return BUSY if error.errno == errno.EADDRINUSE else "may not be used by you"
    return None
