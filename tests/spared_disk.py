"""Why does no test wait for a disk? Nobody keeps its data, and no machine of tests loses its power."""

import asyncpg


async def spare_disk(database_url: str) -> None:
    """This PostgreSQL leaves it to the system when to write. A process that is killed loses nothing by that."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
