"""With a payload key, is everything that goes through Temporal encrypted, and readable for operators alone?"""

import base64
import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client

from contracts.errors import KeyMissing
from storage.keyring import Keyring
from tests.conversation import Conversation, admin, headers
from tests.records import ask
from tests.stack import Stack, running_stack
from workers.payload_codec import ENCODING, EncryptingCodec, make_codec
from workers.settings import Settings

BOOKKEEPING = {
    "seq",
    "activation_index",
    "attempt",
    "activity_id",
    "activity_type",
    "complete_time",
    "backoff",
    "original_schedule_time",
}
KEY = "a-payload-key-of-the-tests-that-is-long-enough"


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Stack]:
    """A machine of its own with a payload key."""
    with running_stack(HANDRAIL_PAYLOAD_KEY=KEY) as stack:
        yield stack


@pytest.fixture(scope="module")
def history(encrypted: Stack) -> list[dict[str, Any]]:
    """The events of a confirmed change of flight, one of whose calls failed at first, as the server keeps them."""
    fails = {"system": "fares", "operation": "get_fare_rules", "mode": "fail", "times": 1}
    admin(encrypted, "POST", "/_control", json=fails)
    customer = Conversation(encrypted, "C101")
    customer.say("Move me to tomorrow's morning flight")
    (reply,) = customer.decide()
    assert "NW204" in reply

    async def fetch() -> str:
        client = await Client.connect(encrypted.temporal_address)
        return (await client.get_workflow_handle(customer.request_id).fetch_history()).to_json()

    return cast("list[dict[str, Any]]", json.loads(ask(fetch()))["events"])


def payloads(tree: Any) -> Iterator[dict[str, Any]]:
    """Every payload in a piece of a history, except search attributes, which Temporal's server must read."""
    if isinstance(tree, list):
        for item in tree:
            yield from payloads(item)
    elif isinstance(tree, dict):
        if "metadata" in tree and "encoding" in tree["metadata"]:
            yield tree
        else:
            for name, item in tree.items():
                if name != "searchAttributes":
                    yield from payloads(item)


def failures(tree: Any) -> Iterator[dict[str, Any]]:
    """Every failure in a piece of a history."""
    if isinstance(tree, list):
        for item in tree:
            yield from failures(item)
    elif isinstance(tree, dict):
        yield from (tree[name] for name in ("failure", "lastFailure") if name in tree)
        for item in tree.values():
            yield from failures(item)


def test_every_payload_is_encrypted(history: list[dict[str, Any]]) -> None:
    found = list(payloads(history))
    sealed = [one for one in found if base64.b64decode(one["metadata"]["encoding"]) == ENCODING]
    assert len(sealed) > 20
    for plain in (one for one in found if one not in sealed):
        # The SDK's own bookkeeping of a local activity: its number, name and attempt, no input and no result.
        assert set(json.loads(base64.b64decode(plain["data"]))) <= BOOKKEEPING


def test_failures_say_nothing_in_clear(history: list[dict[str, Any]]) -> None:
    found = list(failures(history))
    assert found
    for failure in found:
        assert failure["message"] == "Encoded failure"
        assert not failure.get("stackTrace")


def test_operators_read_what_is_encrypted(encrypted: Stack, history: list[dict[str, Any]]) -> None:
    sealed = next(payloads(history))
    answer = encrypted.http.post(
        f"{encrypted.url}/v1/codec/decode", json={"payloads": [sealed]}, headers=headers("ops", "operator")
    )
    assert answer.status_code == 200
    (opened,) = answer.json()["payloads"]
    assert opened["metadata"]["encoding"] != sealed["metadata"]["encoding"]


@pytest.mark.parametrize(("who", "status"), [("customer", 403), ("agent", 403), (None, 401)])
def test_nobody_else_does(encrypted: Stack, history: list[dict[str, Any]], who: str | None, status: int) -> None:
    given = headers("C101", who) if who else {}
    body = {"payloads": [next(payloads(history))]}
    assert encrypted.http.post(f"{encrypted.url}/v1/codec/decode", json=body, headers=given).status_code == status


async def test_a_lost_key_is_an_error_and_an_old_one_still_opens() -> None:
    old = EncryptingCodec(Keyring("payloads", [b"old"]), takes_plain=False)
    (sealed,) = await old.encode([Payload(metadata={"encoding": b"json/plain"}, data=b"1")])
    with pytest.raises(KeyMissing):
        await EncryptingCodec(Keyring("payloads", [b"new"]), takes_plain=False).decode([sealed])
    both = EncryptingCodec(Keyring("payloads", [b"new", b"old"]), takes_plain=False)
    (opened,) = await both.decode([sealed])
    assert opened.data == b"1"


async def test_what_was_never_encrypted_is_refused_unless_old_histories_are_still_open() -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b"1")
    keys = Keyring("payloads", [b"new"])
    with pytest.raises(KeyMissing, match="HANDRAIL_PAYLOAD_PLAIN"):
        await EncryptingCodec(keys, takes_plain=False).decode([plain])
    assert await EncryptingCodec(keys, takes_plain=True).decode([plain]) == [plain]


def test_plain_payloads_are_taken_only_where_the_settings_say_so() -> None:
    def settings(**given: str) -> Settings:
        return Settings(_env_file=None, HANDRAIL_PAYLOAD_KEY="k" * 32, **given)  # type: ignore[call-arg]

    taken = {
        "by default": make_codec(settings()),
        "in the window": make_codec(settings(HANDRAIL_PAYLOAD_PLAIN="true")),
        "by a page that only shows": make_codec(settings(), shows_only=True),
    }
    assert {name: codec.takes_plain for name, codec in taken.items() if codec is not None} == {
        "by default": False,
        "in the window": True,
        "by a page that only shows": True,
    }
