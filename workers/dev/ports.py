"""Is this port free, and if not, who holds it?"""

import socket

import psutil

from workers.dev.errors import StartError


def require_free_port(port: int, purpose: str) -> None:
    """Raise StartError that names the port, who holds it where that can be known, and HANDRAIL_PORT, if it is taken."""
    if is_free(port):
        return
    holder = find_holder(port)
    by = f" by {holder}" if holder else ""
    raise StartError(
        f"Port {port} on 127.0.0.1, wanted for {purpose}, is already taken{by}: stop that program, or set "
        f"HANDRAIL_PORT to another base port (the other ports follow it), for example `HANDRAIL_PORT=9080 make run`."
    )


def is_free(port: int) -> bool:
    """Tell whether 127.0.0.1 can be listened on at this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closed connection's remains do not count
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def find_holder(port: int) -> str | None:
    """Name the program that listens on this port, as `name (process id n)`; None where the system does not tell."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f"{psutil.Process(connection.pid).name()!r} (process id {connection.pid})"
    except (psutil.Error, AttributeError):
        return None
    return None


def find_free_port() -> int:
    """Pick a port that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
