"""Does PostgreSQL answer, with our tables, the rights on them, and connections enough?"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import NotReady
from storage.database import DATABASE_ERRORS, Database
from workers.connect import connect_database
from workers.dev.places import DevSettings
from workers.doctor.findings import Finding, one_line

_VERSION = text("SELECT current_setting('server_version') AS version, current_user AS role")
_LACKING = text(
    """
    SELECT t.tablename AS place, p.privilege AS lacks
    FROM pg_tables AS t CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p(privilege)
    WHERE t.schemaname = 'handrail'
      AND NOT has_table_privilege(format('%I.%I', t.schemaname, t.tablename), p.privilege)
    ORDER BY 1, 2
    """
)
_LIMIT = text(
    """
    SELECT least(
               current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
               CASE WHEN r.rolconnlimit < 0 THEN 2147483647 ELSE r.rolconnlimit END) AS most,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken
    FROM pg_roles AS r WHERE r.rolname = current_user
    """
)


async def check_database(settings: DevSettings) -> list[Finding]:
    """Reachable and migrated, as every process asks at its start; then what only shows later."""
    try:
        database = await connect_database(settings.model_copy(update={"pool_size": 1}))
    except NotReady as error:
        return [Finding.of("database", error)]
    try:
        return await _look(database, settings)
    except DATABASE_ERRORS as error:
        todo = "see PostgreSQL's log, and whether this role may read its own catalogue"
        told = f"it answers, but cannot be looked at ({type(error).__name__})"
        return [Finding(area="database", level="wrong", what=one_line(told), todo=todo)]
    finally:
        await database.close()


async def _look(database: Database, settings: DevSettings) -> list[Finding]:
    async with database.begin() as connection:
        about = (await connection.execute(_VERSION)).one()
        wrong = [*await _check_rights(connection, about.role), *await _check_limit(connection, settings)]
    fit = Finding(area="database", level="ok", what=f"PostgreSQL {about.version.split()[0]} with the newest tables")
    return [fit, *wrong]


async def _check_rights(connection: AsyncConnection, role: str) -> list[Finding]:
    lacking = (await connection.execute(_LACKING)).all()
    if not lacking:
        return []
    first = ", ".join(f"{row.lacks} on {row.place}" for row in lacking[:3])
    told = f"the role {role!r} lacks {len(lacking)} right(s) on Handrail's tables ({first})"
    grants = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA handrail"
    return [Finding(area="database", level="wrong", what=told, todo=f'as the owner: {grants} TO "{role}"')]


async def _check_limit(connection: AsyncConnection, settings: DevSettings) -> list[Finding]:
    """What one machine's workers and gateway may hold, each with one for its waker, and the gateway's listener's."""
    limit = (await connection.execute(_LIMIT)).one()
    needed = (settings.pool_size + 1) * (settings.runtimes + 1) + 1
    free = limit.most - limit.taken
    said = f"{limit.most} connections, {limit.taken} taken; {settings.runtimes} workers and a gateway may hold {needed}"
    if limit.most < needed:
        todo = "raise max_connections, or lower HANDRAIL_DATABASE_POOL or HANDRAIL_RUNTIMES"
        return [Finding(area="database", level="wrong", what=f"too few connections: {said}", todo=todo)]
    if free < settings.pool_size:
        todo = "see who holds them (pg_stat_activity), or raise max_connections"
        return [Finding(area="database", level="note", what=f"nearly no connection is free: {said}", todo=todo)]
    return [Finding(area="database", level="ok", what=said)]
