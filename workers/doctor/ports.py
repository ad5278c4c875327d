"""Are the ports that one machine needs free, or held by what should hold them?"""

from workers.dev.command import wanted_ports
from workers.dev.health import answers_http
from workers.dev.places import DevSettings, Ports
from workers.dev.ports import find_holder, is_free
from workers.dev.state import State
from workers.dev.temporal_server import is_serving
from workers.doctor.findings import Finding


def check_ports(settings: DevSettings, running: State | None) -> list[Finding]:
    """Every port of `make run`: free, held by our own processes, or by others, named where the system tells."""
    ports = Ports(settings.port)
    ours = _held_by_us(running)
    free, held, foreign = list[int](), list[int](), list[Finding]()
    for port, purpose in wanted_ports(settings, ports, adopted=False).items():
        if is_free(port):
            free.append(port)
        elif port in ours or _answers_as_ours(port, ports):
            held.append(port)
        else:
            foreign.append(_taken(port, purpose))
    told = f"{_list(free)} free" if free else ""
    told += ("; " if free and held else "") + (f"{_list(held)} held by Handrail" if held else "")
    return [*([Finding(area="ports", level="ok", what=told)] if told else []), *foreign]


def _held_by_us(running: State | None) -> set[int]:
    if running is None:
        return set()
    alive = [entry for entry in (*running.children, running.temporal, running.postgres) if entry and entry.is_alive()]
    ours = {entry.port for entry in alive if entry.port is not None}
    return ours | ({Ports(running.port).temporal_ui} if running.temporal in alive else set())


def _answers_as_ours(port: int, ports: Ports) -> bool:
    """Whether a process that was started by other means than `make run` is what belongs there."""
    if port == ports.temporal:
        return is_serving(f"127.0.0.1:{port}")
    path = {ports.temporal_ui: "/", **{ports.metrics(number): "/metrics" for number in range(16)}}.get(port, "/healthz")
    return answers_http(f"http://127.0.0.1:{port}{path}")(0)


def _taken(port: int, purpose: str) -> Finding:
    holder = find_holder(port)
    told = f"port {port}, for {purpose}, is held by {holder or 'a program that this system does not name'}"
    todo = "stop that program, or set HANDRAIL_PORT to another base port, for example 9080"
    return Finding(area="ports", level="wrong", what=told, todo=todo)


def _list(ports: list[int]) -> str:
    return ", ".join(map(str, sorted(ports)))
