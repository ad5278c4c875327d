"""Are messages taken in the order in which they were accepted, where a signal is late or lost?"""

import asyncio

from contracts.ids import message_key
from evals.long.checks import Answered, await_answers, count_answers
from storage.database import Database
from storage.inbox import accept_message
from tests.conversation import Conversation
from tests.stack import Stack


async def _accept_unsignalled(stack: Stack, request_id: str) -> None:
    """As a gateway does that is killed between the acceptance and the signal."""
    database = Database(stack.database_url, pool_size=2)
    async with database.begin() as connection:
        key = message_key(request_id, "unsignalled")
        await accept_message(connection, request_id, key, "", "How much is an extra bag?")
    await database.close()


async def _count(stack: Stack, request_id: str) -> Answered:
    database = Database(stack.database_url, pool_size=2)
    await await_answers(database, request_id)
    answered = await count_answers(database, request_id)
    await database.close()
    return answered


def test_a_message_that_was_never_signalled_is_answered_before_the_next_one(stack: Stack) -> None:
    customer = Conversation(stack)
    customer.say("Hi there")
    asyncio.run(_accept_unsignalled(stack, customer.request_id))
    customer.say("How heavy may it be?")
    assert asyncio.run(_count(stack, customer.request_id)) == Answered(messages=3)
