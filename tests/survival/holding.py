"""How does a test stop a process at an exact point of a write? PostgreSQL makes its transaction wait for a lock."""

import asyncio
import contextlib
import time
from types import TracebackType
from typing import Any, Self

import asyncpg

from tests.stack import Stack

_TRIES = 10
_FUNCTIONS = """
    CREATE SCHEMA IF NOT EXISTS held;
    CREATE OR REPLACE FUNCTION held.effect() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(
            hashtextextended(concat_ws(' ', TG_ARGV[0], NEW.request_id, NEW.tool, NEW.state), 0));
        RETURN NULL;
    END $$;
    CREATE OR REPLACE FUNCTION held.code() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(
            hashtextextended(concat_ws(' ', TG_ARGV[0], NEW.request_id, 'send_one_time_code', NEW.state), 0));
        RETURN NULL;
    END $$;
    CREATE OR REPLACE VIEW held.writes AS
        SELECT effect_id AS key, request_id, tool, state FROM handrail.effects
        UNION ALL SELECT code_id, request_id, 'send_one_time_code', state FROM handrail.one_time_codes;
    CREATE OR REPLACE FUNCTION held.call() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(hashtextextended(concat_ws(' ', 'system', w.request_id, w.tool), 0))
        FROM held.writes AS w WHERE w.key = NEW.idempotency_key;
        RETURN NULL;
    END $$;
    DROP TRIGGER IF EXISTS held_inside ON handrail.effects;
    DROP TRIGGER IF EXISTS held_commit ON handrail.effects;
    DROP TRIGGER IF EXISTS held_inside ON handrail.one_time_codes;
    DROP TRIGGER IF EXISTS held_commit ON handrail.one_time_codes;
    CREATE TRIGGER held_inside AFTER INSERT OR UPDATE ON handrail.effects
        FOR EACH ROW EXECUTE FUNCTION held.effect('inside');
    CREATE CONSTRAINT TRIGGER held_commit AFTER INSERT OR UPDATE ON handrail.effects DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION held.effect('commit');
    CREATE TRIGGER held_inside AFTER INSERT OR UPDATE OF state ON handrail.one_time_codes
        FOR EACH ROW EXECUTE FUNCTION held.code('inside');
    CREATE CONSTRAINT TRIGGER held_commit AFTER INSERT OR UPDATE OF state ON handrail.one_time_codes
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION held.code('commit');
"""
_SYSTEMS = """
    SELECT table_schema AS name FROM information_schema.tables
    WHERE table_name = 'answers' AND table_schema <> 'handrail'
"""
_IN_A_SYSTEM = """
    DROP TRIGGER IF EXISTS held_call ON {schema}.answers;
    CREATE TRIGGER held_call AFTER INSERT ON {schema}.answers FOR EACH ROW EXECUTE FUNCTION held.call();
"""
_NOBODY_AT = """
    SELECT point FROM unnest($1::text[]) AS point WHERE NOT EXISTS (
        SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND ((classid::bigint << 32) | objid::bigint) = hashtextextended(point, 0))
"""


class Holding:
    """Triggers that wait for advisory locks, and one session that holds those locks; nothing of the product's code.

    A point is `inside|commit <request id> <tool> <state>` or `system <request id> <tool>`. `inside`: the transaction
    has written this state of the write and not committed; who dies here has written nothing. `commit`: COMMIT is under
    way, and is carried out once the point is released, though whoever asked for it is dead. `system`: the company has
    the call, and does its work once the point is released.
    """

    def __init__(self, stack: Stack) -> None:
        self._url = stack.database_url.replace("+asyncpg", "")
        self._loop = asyncio.Runner(loop_factory=asyncio.new_event_loop)

    def __enter__(self) -> Self:
        self._connection = self._loop.run(asyncpg.connect(self._url))
        self.run(_FUNCTIONS)
        systems = [str(row["name"]) for row in self.ask(_SYSTEMS)]
        self.run("".join(_IN_A_SYSTEM.format(schema=name) for name in systems))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
        self.run("DROP SCHEMA held CASCADE")
        self._loop.run(self._connection.close())
        self._loop.close()

    def run(self, script: str) -> None:
        """Several statements in one transaction; what they make in the schema `held` is gone in the end.

        A turn that still writes may want the same tables in another order: the database may let it win, and they are
        run again.
        """
        for _ in range(_TRIES - 1):
            with contextlib.suppress(asyncpg.DeadlockDetectedError):
                self._loop.run(self._connection.execute(script))
                return
        self._loop.run(self._connection.execute(script))

    def ask(self, query: str, *given: Any) -> list[dict[str, Any]]:
        """The rows of a query."""
        return [dict(row) for row in self._loop.run(self._connection.fetch(query, *given))]

    def hold(self, *points: str) -> None:
        """From now on whoever comes to one of these points waits there."""
        for point in points:
            self.ask("SELECT pg_advisory_lock(hashtextextended($1, 0))", point)

    def await_held(self, *points: str, patience: float = 60) -> None:
        """Wait until somebody stands at every one of these points; TimeoutError names where nobody does."""
        deadline = time.monotonic() + patience
        while missing := self.ask(_NOBODY_AT, list(points)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nobody came to {[row['point'] for row in missing]}")
            time.sleep(0.05)

    def release(self) -> None:
        """Let everybody go on."""
        self.ask("SELECT pg_advisory_unlock_all()")
