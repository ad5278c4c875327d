"""Would the check of long requests see each fault that it looks for?"""

from dataclasses import replace

from contracts.ids import message_entry_key, message_key
from evals.long.checks import Answered, count_answers
from storage.database import Database
from storage.entries import Entry, put_entry
from storage.events import append_event
from storage.inbox import accept_message, mark_processed

WELL = Answered(messages=2)


async def take_up(database: Database, request_id: str, name: str, turn: int) -> None:
    """A turn answers a message: the message enters the transcript once, at the first turn that takes it up."""
    key = message_key(request_id, name)
    said = Entry(entry_key=message_entry_key(key), turn=turn, step=0, n=0, kind="message", body={"text": name})
    async with database.begin() as connection:
        await put_entry(connection, request_id, said, exact=True)
        await append_event(connection, request_id, "reply.done", {"turn": turn, "text": "It is 30 euros."})
        await mark_processed(connection, request_id, key, "processed")


async def accepted(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        for name in ("one", "two"):
            await accept_message(connection, request_id, message_key(request_id, name), "h", name)


async def test_messages_that_are_answered_once_and_in_order_are_well(database: Database, request_id: str) -> None:
    await accepted(database, request_id)
    await take_up(database, request_id, "one", 1)
    await take_up(database, request_id, "two", 2)
    assert await count_answers(database, request_id) == WELL


async def test_a_message_that_two_turns_answer_counts_as_answered_twice(database: Database, request_id: str) -> None:
    await accepted(database, request_id)
    for turn, name in enumerate(("one", "two", "one"), start=1):
        await take_up(database, request_id, name, turn)
    assert await count_answers(database, request_id) == replace(WELL, twice=1)


async def test_a_message_without_an_answer_is_lost_and_one_behind_its_successor_out_of_order(
    database: Database, request_id: str
) -> None:
    await accepted(database, request_id)
    await take_up(database, request_id, "two", 1)
    assert await count_answers(database, request_id) == replace(WELL, lost=1)
    await take_up(database, request_id, "one", 2)
    assert await count_answers(database, request_id) == replace(WELL, out_of_order=1)
