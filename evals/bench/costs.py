"""Where does a turn's work go? CPU by process, statements and commits of the database, and how fast those can be."""

import asyncio
from pathlib import Path
from time import perf_counter

import asyncpg
import psutil
from sqlalchemy.engine import make_url

from evals.bench.kinds import KINDS
from evals.bench.load import drive
from evals.bench.machine import Bench
from evals.bench.sides import Side
from evals.bench.statements import FRAMES, turn_words
from evals.figures import Figure, figure
from evals.stack import Stack

CONVERSATIONS, TURNS = 8, 8
COMMIT_SECONDS = 2.0


async def connect(stack: Stack) -> asyncpg.Connection:
    """A connection of our own to the machine's database."""
    url = make_url(stack.database_url)
    host = url.query.get("host") or url.host
    return await asyncpg.connect(
        host=str(host), port=url.port, user=url.username, password=url.password, database=url.database
    )


async def tool_times(stack: Stack, requests: list[str]) -> dict[str, float]:
    """Milliseconds that the demo airline's loyalty system took for each of these requests, by its own clock."""
    connection = await connect(stack)
    try:
        rows = await connection.fetch(
            "SELECT request_id, sum(extract(epoch FROM finished_at - started_at) * 1000)::float8 AS ms "
            "FROM airline_loyalty.calls WHERE request_id = ANY($1) GROUP BY request_id",
            requests,
        )
    finally:
        await connection.close()
    return {row["request_id"]: row["ms"] for row in rows}


async def cpu_figures(bench: Bench) -> dict[str, Figure]:
    """CPU milliseconds a turn with one model call, by process and side."""
    found: dict[str, Figure] = {}
    sides: tuple[Side, ...] = (bench.handrail, bench.bare)
    for side in sides:
        before = _spent(bench.stack)
        batch = await drive(side, KINDS["model"], CONVERSATIONS, TURNS)
        after, turns = _spent(bench.stack), len(batch.turned) + CONVERSATIONS
        for name in sorted(after):
            per_turn = (after[name] - before[name]) * 1000 / turns
            if per_turn >= 0.1:
                found[f"cpu_ms_{name}_{side.name}"] = figure(per_turn, "ms", n=turns)
        total = (sum(after.values()) - sum(before.values())) * 1000 / turns
        found[f"cpu_ms_{side.name}"] = figure(total, "ms", n=turns)
    return found


def _spent(stack: Stack) -> dict[str, float]:
    """CPU seconds of each process so far, its living children with it."""
    assert stack.temporal is not None
    pids = {name: process.pid for name, process in stack.processes.items() if process.is_alive()}
    pids |= {"temporal": stack.temporal.pid, "driver": psutil.Process().pid}
    spent = {name: _tree(psutil.Process(pid)) for name, pid in pids.items() if name != "driver"}
    spent["driver"] = sum(psutil.Process(pids["driver"]).cpu_times()[:2])
    marker = str(stack.folder / "postgres")
    masters = [one for one in psutil.process_iter(["cmdline"]) if marker in " ".join(one.info["cmdline"] or ())]
    return spent | {"postgres": sum(_tree(one) for one in masters)}


def _tree(process: psutil.Process) -> float:
    members = [process, *process.children(recursive=True)]
    return float(sum(sum(one.cpu_times()[:2]) for one in members))


async def database_figures(bench: Bench) -> dict[str, Figure]:
    """Statements and transactions a turn, from the server's own log; and how many commits a second it can do."""
    connection = await connect(bench.stack)
    found: dict[str, Figure] = {}
    try:
        for kind in KINDS.values():
            await _log_statements(connection, on=True)
            log = _server_log(bench.stack)
            start = log.stat().st_size
            batch = await drive(bench.handrail, kind, 1, 5)
            await asyncio.sleep(0.2)
            turns = len(batch.turned) + (0 if kind.is_first else 1)
            words = turn_words(log.read_bytes()[start:].decode(errors="replace"))
            await _log_statements(connection, on=False)
            statements = sum(word not in FRAMES for word in words)
            found[f"statements_{kind.name}"] = figure(statements / turns, "statements", n=turns)
            found[f"round_trips_{kind.name}"] = figure(len(words) / turns, "round trips", n=turns)
        for writers in (1, 16):
            rate = await _commits(bench.stack, writers)
            found[f"database_commits_{writers}"] = figure(rate, "1/s", n=round(rate * COMMIT_SECONDS) or 1)
    finally:
        await connection.close()
    return found


async def _log_statements(connection: asyncpg.Connection, *, on: bool) -> None:
    await connection.execute("ALTER SYSTEM SET log_line_prefix = '%m [%p] %a '")
    await connection.execute(f"ALTER SYSTEM SET log_min_duration_statement = {0 if on else -1}")
    await connection.execute("SELECT pg_reload_conf()")
    await asyncio.sleep(0.5)


def _server_log(stack: Stack) -> Path:
    return next(path for path in stack.folder.rglob("postgres*.log") if path.is_file())


async def _commits(stack: Stack, writers: int) -> float:
    """Single-row transactions a second over so many connections."""
    admin = await connect(stack)
    await admin.execute("CREATE TABLE IF NOT EXISTS public.bench_commits (n bigint)")
    connections = [await connect(stack) for _ in range(writers)]
    end = perf_counter() + COMMIT_SECONDS

    async def write(connection: asyncpg.Connection) -> int:
        count = 0
        while perf_counter() < end:
            await connection.execute("INSERT INTO public.bench_commits VALUES (1)")
            count += 1
        return count

    try:
        return sum(await asyncio.gather(*(write(one) for one in connections))) / COMMIT_SECONDS
    finally:
        for one in (*connections, admin):
            await one.close()
