"""What has a turn cost, and what the whole request?"""

from storage.calls import Usage, close_call, cost_of_turn, open_call
from storage.database import Database
from tests.storage.codes_samples import NewRequest


async def test_calls_of_a_turn_are_added_up_and_all_turns_of_a_request(
    database: Database, request_id: str, new_request: NewRequest
) -> None:
    asked = ((request_id, 1, 1, 1), (request_id, 1, 2, 10), (request_id, 2, 1, 100), (await new_request(), 1, 1, 1_000))
    async with database.begin() as connection:
        for number, (whose, turn, step, cost) in enumerate(asked):
            call = f"{whose}/{number}"
            await open_call(connection, call, whose, turn=turn, step=step, tier="fast", model="m")
            assert await close_call(connection, call, 1, Usage(cost_micro=cost)) is not None
        costs = [await cost_of_turn(connection, request_id, turn) for turn in (1, 2, 3, None)]
    assert costs == [11, 100, 0, 111]
