"""Does the vault give each value one token, and each token to its own request only?"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from contracts.errors import KeyMissing
from storage.data_keys import LocalMasterKeys
from storage.database import Database
from storage.vault import Vault

type NewRequest = Callable[[], Awaitable[str]]

VAULT = Vault(LocalMasterKeys(b"a key of thirty-two bytes and more"))
EMAIL = ("EMAIL", "anna.keller@example.com")


async def token_of(database: Database, request_id: str, pair: tuple[str, str], vault: Vault = VAULT) -> str:
    async with database.begin() as connection:
        return (await vault.tokens_for(connection, request_id, [pair], source="test"))[pair]


async def values_of(database: Database, request_id: str, vault: Vault = VAULT) -> dict[str, str]:
    async with database.begin() as connection:
        return await vault.values_of(connection, request_id)


@pytest.mark.parametrize("said", [EMAIL[1], "Anna.Keller@EXAMPLE.com", "  anna.keller@example.com "])
async def test_the_same_value_has_the_same_token(database: Database, request_id: str, said: str) -> None:
    assert await token_of(database, request_id, EMAIL) == "<EMAIL_1>"
    assert await token_of(database, request_id, ("EMAIL", said)) == "<EMAIL_1>"
    assert await values_of(database, request_id) == {"<EMAIL_1>": EMAIL[1]}


async def test_other_values_and_other_kinds_have_other_tokens(database: Database, request_id: str) -> None:
    pairs = [EMAIL, ("EMAIL", "b@example.com"), ("NAME", "Keller"), ("ADDRESS", "Keller")]
    async with database.begin() as connection:
        tokens = await VAULT.tokens_for(connection, request_id, pairs, source="test")
    assert list(tokens.values()) == ["<EMAIL_1>", "<EMAIL_2>", "<NAME_1>", "<ADDRESS_1>"]


async def test_twenty_at_once_agree_on_the_token(database: Database, request_id: str) -> None:
    pairs = [("NAME", f"Name {number % 5}") for number in range(20)]
    tokens = await asyncio.gather(*(token_of(database, request_id, pair) for pair in pairs))
    assert len(set(tokens)) == 5
    assert set(await values_of(database, request_id)) == {f"<NAME_{n}>" for n in range(1, 6)}


async def test_a_token_of_another_request_resolves_to_nothing(
    database: Database, request_id: str, new_request: NewRequest
) -> None:
    other = await new_request()
    await token_of(database, other, EMAIL)
    assert await values_of(database, request_id) == {}
    assert await token_of(database, request_id, ("EMAIL", "mine@example.com")) == "<EMAIL_1>"
    assert (await values_of(database, request_id))["<EMAIL_1>"] == "mine@example.com"


async def test_a_wrong_key_opens_nothing_and_finds_nothing(database: Database, request_id: str) -> None:
    await token_of(database, request_id, EMAIL)
    wrong = Vault(LocalMasterKeys(b"another key of thirty-two bytes"))
    with pytest.raises(KeyMissing):
        await values_of(database, request_id, wrong)
    async with database.begin() as connection:
        with pytest.raises(KeyMissing):
            await wrong.known_values(connection, request_id)


MOVES: dict[str, str] = {
    "another request's row": "UPDATE handrail.vault SET ciphertext = :c WHERE request_id = :o AND token = '<EMAIL_1>'",
    "another token's row": "UPDATE handrail.vault SET ciphertext = :c WHERE request_id = :r AND token = '<EMAIL_2>'",
}


@pytest.mark.parametrize("move", MOVES)
async def test_a_ciphertext_moved_elsewhere_does_not_open(
    database: Database, request_id: str, new_request: NewRequest, move: str
) -> None:
    other = await new_request()
    for target, pair in ((request_id, EMAIL), (request_id, ("EMAIL", "x@example.com")), (other, ("EMAIL", "y@e.com"))):
        await token_of(database, target, pair)
    find = text("SELECT ciphertext FROM handrail.vault WHERE request_id = :r AND token = '<EMAIL_1>'")
    async with database.begin() as connection:
        sealed = (await connection.execute(find, {"r": request_id})).scalar_one()
        await connection.execute(text(MOVES[move]), {"c": sealed, "r": request_id, "o": other})
    with pytest.raises(KeyMissing):
        await values_of(database, other if "request" in move else request_id)


async def test_nothing_readable_is_stored(database: Database, request_id: str) -> None:
    await token_of(database, request_id, EMAIL)
    async with database.begin() as connection:
        query = text("SELECT ciphertext, value_hmac FROM handrail.vault WHERE request_id = :r")
        row = (await connection.execute(query, {"r": request_id})).one()
    assert b"keller" not in row.ciphertext.lower()
    assert "keller" not in row.value_hmac


async def test_the_same_value_is_not_recognised_across_requests(
    database: Database, request_id: str, new_request: NewRequest
) -> None:
    """Not even of one customer, whose requests have one key."""
    other = await new_request()
    async with database.begin() as connection:
        same_company = text("UPDATE handrail.requests SET pack = :r WHERE request_id = :o")
        await connection.execute(same_company, {"r": request_id, "o": other})
    for target in (request_id, other):
        await token_of(database, target, EMAIL)
    async with database.begin() as connection:
        keys = text("SELECT DISTINCT key_id FROM handrail.requests WHERE request_id IN (:r, :o)")
        assert len((await connection.execute(keys, {"r": request_id, "o": other})).all()) == 1
        query = text("SELECT DISTINCT value_hmac FROM handrail.vault WHERE request_id IN (:r, :o)")
        assert len((await connection.execute(query, {"r": request_id, "o": other})).all()) == 2


async def test_digests_are_keyed_by_the_customers_own_key_and_void_without_it(
    database: Database, request_id: str, new_request: NewRequest
) -> None:
    other = await new_request()
    async with database.begin() as connection:
        mine, theirs = [await VAULT.digest_key(connection, one) for one in (request_id, other)]
        assert mine == await VAULT.digest_key(connection, request_id)
        assert mine != theirs, "two visitors have a key each"
        await connection.execute(
            text(
                "UPDATE handrail.data_keys SET wrapped = NULL WHERE key_id IN"
                " (SELECT key_id FROM handrail.requests WHERE request_id = :r)"
            ),
            {"r": request_id},
        )
        with pytest.raises(KeyMissing):
            await VAULT.digest_key(connection, request_id)
