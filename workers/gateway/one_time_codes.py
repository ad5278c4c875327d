"""How is a one-time code taken from a message before anything stores it, and compared, once, as it is accepted?"""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.send_code import rules_of
from contracts.pack import Pack
from governance.one_time_code import Typed, code_key, read_typed
from governance.screen import screen
from storage.codes import awaited_code, note_attempt, try_code
from storage.requests import RequestRow
from workers.gateway.service import Service


async def take_code(service: Service, request_id: str, text: str) -> Typed:
    """Read the message. While a code is awaited its digits are hidden from here on: `hidden` is what is kept.

    Who tells of a danger tries no code, whatever number is in it: a person answers.
    """
    async with service.database.begin() as connection:
        code = await awaited_code(connection, request_id)
    if code is None:
        return Typed("none", "", text)
    typed = read_typed(text)
    return replace(typed, kind="none") if screen(text).to_person else typed


async def compare_code(
    connection: AsyncConnection, service: Service, row: RequestRow, pack: Pack, message_key: str, typed: Typed
) -> None:
    """Count the message as an attempt, in the transaction that accepts it: what is accepted once is tried once.

    While a person holds the request nothing is tried; the customer types the code again for the agent.
    """
    code = await awaited_code(connection, row.request_id)
    step_up = pack.manifest.step_up
    if code is None or step_up is None or typed.kind == "none" or row.holder != "agent":
        return
    if typed.kind == "resend":
        await note_attempt(connection, row.request_id, message_key, code.code_id, "resend")
        return
    key = code_key(service.settings.digest_key.get_secret_value().encode())
    outcome = await try_code(connection, code, typed.digits, key=key, rules=rules_of(step_up))
    await note_attempt(connection, row.request_id, message_key, code.code_id, outcome)
