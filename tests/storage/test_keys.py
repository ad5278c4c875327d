"""Does a key open what it sealed, for as long as it is listed, and nothing else?"""

import json
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from sqlalchemy import text

from contracts.errors import KeyMissing
from contracts.ids import new_request_id
from storage.data_keys import LocalMasterKeys, Wrapped, count_by_master
from storage.database import Database
from storage.keyring import Keyring
from storage.requests import insert_request
from storage.vault import Vault
from workers.keys import TransitMasterKeys
from workers.vault import rotate

type NewRequest = Callable[[], Awaitable[str]]

OLD, NEW = b"an old master secret of some length", b"a new master secret of some length"
EMAIL = ("EMAIL", "anna.keller@example.com")


def test_an_old_key_still_opens_and_the_newest_seals() -> None:
    sealed = Keyring("tests", [OLD]).seal(b"value", "here")
    both = Keyring("tests", [NEW, OLD])
    assert both.open(Keyring("tests", [OLD]).newest, sealed, "here") == b"value"
    assert both.newest == Keyring("tests", [NEW]).newest


@pytest.mark.parametrize(
    ("purpose", "secret", "place"), [("tests", NEW, "here"), ("others", OLD, "here"), ("tests", OLD, "there")]
)
def test_another_key_purpose_or_place_opens_nothing(purpose: str, secret: bytes, place: str) -> None:
    keyring = Keyring("tests", [OLD])
    with pytest.raises(KeyMissing):
        Keyring(purpose, [secret]).open(keyring.newest, keyring.seal(b"value", "here"), place)


def test_a_keyring_without_a_secret_is_refused() -> None:
    for secrets in ([], [b""], [NEW, b""]):
        with pytest.raises(ValueError, match="secret"):
            Keyring("tests", secrets)


async def _mint(database: Database, vault: Vault, request_id: str) -> None:
    async with database.begin() as connection:
        await vault.tokens_for(connection, request_id, [EMAIL], source="test")


async def _values(database: Database, vault: Vault, request_id: str) -> dict[str, str]:
    async with database.begin() as connection:
        return await vault.values_of(connection, request_id)


async def _one(database: Database, statement: str, **values: str) -> str:
    async with database.begin() as connection:
        return str((await connection.execute(text(statement), values)).scalar())


async def test_after_a_rotation_the_old_master_key_is_needed_no_more(
    database: Database, new_request: NewRequest
) -> None:
    request_id = await new_request()
    old, both, new = (Vault(LocalMasterKeys(*keys)) for keys in ((OLD,), (NEW, OLD), (NEW,)))
    await _mint(database, old, request_id)
    with pytest.raises(KeyMissing):
        await _values(database, new, request_id)
    async with database.begin() as connection:
        await connection.execute(
            text("DELETE FROM handrail.data_keys WHERE key_id <> (SELECT key_id FROM handrail.requests "
                 "WHERE request_id = :r)"),
            {"r": request_id},
        )  # fmt: skip
    assert await rotate(database, both.masters) == 1
    assert await rotate(database, both.masters) == 0
    assert await _values(database, new, request_id) == {"<EMAIL_1>": EMAIL[1]}
    async with database.begin() as connection:
        assert await count_by_master(connection) == {await new.masters.newest(): 1}


async def _request_of(database: Database, customer: str | None, pack: str) -> str:
    request_id = new_request_id()
    row = {"request_id": request_id, "pack": pack, "pack_digest": "d", "channel": "web", "role": "customer"}
    async with database.begin() as connection:
        await insert_request(connection, {**row, "assurance": "verified", "customer_id": customer})
    return request_id


async def test_a_customer_has_one_key_and_every_visitor_their_own(database: Database) -> None:
    vault = Vault(LocalMasterKeys(OLD))
    pack = new_request_id()
    requests = [await _request_of(database, customer, pack) for customer in ("C1", "C1", "C2", None, None)]
    for request_id in requests:
        await _mint(database, vault, request_id)
    find = "SELECT key_id FROM handrail.requests WHERE request_id = :r"
    keys = [await _one(database, find, r=request_id) for request_id in requests]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


async def test_without_its_data_key_a_value_is_gone(database: Database, request_id: str) -> None:
    vault = Vault(LocalMasterKeys(OLD))
    await _mint(database, vault, request_id)
    assert await _values(database, vault, request_id)
    async with database.begin() as connection:
        await connection.execute(
            text("UPDATE handrail.data_keys SET wrapped = NULL, destroyed_at = now() WHERE key_id = "
                 "(SELECT key_id FROM handrail.requests WHERE request_id = :r)"),
            {"r": request_id},
        )  # fmt: skip
    with pytest.raises(KeyMissing, match="destroyed"):
        await _values(database, vault, request_id)


async def test_an_erased_request_takes_no_value_any_more(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        erase = text("UPDATE handrail.requests SET erased_at = now() WHERE request_id = :r")
        await connection.execute(erase, {"r": request_id})
    with pytest.raises(KeyMissing, match="erased"):
        await _mint(database, Vault(LocalMasterKeys(OLD)), request_id)


class KeyService:
    """Answers like a transit engine: it holds the master key, and names its version in each ciphertext."""

    def __init__(self) -> None:
        self.version = 1
        self.is_up = True
        self._versions = {version: Keyring(f"version {version}", [OLD]) for version in (1, 2)}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if not self.is_up or request.headers.get("X-Vault-Token") != "token":
            return httpx2.Response(403, json={"errors": ["permission denied"]})
        action = request.url.path.split("/")[3]
        if action == "keys":
            return httpx2.Response(200, json={"data": {"latest_version": self.version}})
        body = json.loads(request.content)
        if action == "encrypt":
            plain = (body["plaintext"] + "|" + body["associated_data"]).encode()
            sealed = self._versions[self.version].seal(plain, "service").hex()
            return httpx2.Response(200, json={"data": {"ciphertext": f"vault:v{self.version}:{sealed}"}})
        _, version, sealed = body["ciphertext"].split(":")
        keyring = self._versions[int(version[1:])]
        plain, _, about = keyring.open(keyring.newest, bytes.fromhex(sealed), "service").decode().partition("|")
        if about != body["associated_data"]:
            return httpx2.Response(400, json={"errors": ["invalid"]})
        return httpx2.Response(200, json={"data": {"plaintext": plain}})


def _masters(service: KeyService, token: str = "token") -> TransitMasterKeys:
    http = httpx2.AsyncClient(
        transport=httpx2.MockTransport(service), base_url="https://keys", headers={"X-Vault-Token": token}
    )
    return TransitMasterKeys(http, "handrail")


async def test_a_key_service_wraps_and_rotates(database: Database, request_id: str) -> None:
    service = KeyService()
    masters = _masters(service)
    await _mint(database, Vault(masters), request_id)
    assert await _values(database, Vault(masters), request_id) == {"<EMAIL_1>": EMAIL[1]}
    service.version = 2
    wrapped = await masters.wrap(b"k" * 32, "key-1")
    assert wrapped.master == await masters.newest() == "handrail:v2"
    with pytest.raises(KeyMissing):
        await masters.unwrap(wrapped, "key-2")


async def test_a_key_service_that_is_away_opens_nothing(database: Database, request_id: str) -> None:
    service = KeyService()
    await _mint(database, Vault(_masters(service)), request_id)
    with pytest.raises(KeyMissing):
        await _values(database, Vault(_masters(service, token="another")), request_id)
    service.is_up = False
    with pytest.raises(KeyMissing):
        await _masters(service).unwrap(Wrapped("handrail:v1", b"vault:v1:00"), "key-1")
