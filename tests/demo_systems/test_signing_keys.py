"""Do company systems take exactly the tokens that Handrail's published keys sign, also while keys change?"""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest

from activities.delegation_keys import JWKS_PATH, delegation_key, public_keys
from demo.systems import signing_keys
from demo.systems.problems import Problem
from demo.systems.signing_keys import SigningKeys
from demo.systems.tokens import Expected, verify_token
from tests.demo_airline.airline import claims
from tests.demo_systems.back_office import sign
from tests.stack import free_ports
from workers.settings import DEVELOPMENT_SYSTEMS, Settings

FIRST, SECOND = "the-first-secret-of-at-least-thirty-two", "the-second-secret-of-at-least-thirty-two"
FARES = Expected(audience="fares", realm="northwind", subject="^C", record="^[A-Z0-9]{6}$")


class Published:
    """A JWK set that a gateway would serve, as a test sets it."""

    def __init__(self) -> None:
        self.secrets = [FIRST]
        self.asked = 0
        published = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                published.asked += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(public_keys(published.secrets)).encode())

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}{JWKS_PATH}"


@pytest.fixture
def published() -> Iterator[Published]:
    published = Published()
    thread = threading.Thread(target=published.server.serve_forever, args=(0.01,))
    thread.start()
    yield published
    published.server.shutdown()
    thread.join()
    published.server.server_close()


async def refusal(keys: SigningKeys, token: str) -> str:
    with pytest.raises(Problem) as refused:
        await verify_token(f"Bearer {token}", keys, FARES)
    return refused.value.code


async def test_a_published_key_signs_and_no_other(published: Published) -> None:
    keys = SigningKeys(published.url)
    content = claims("get_fare_rules")
    assert (await verify_token(f"Bearer {sign(content, FIRST)}", keys, FARES)).subject == "C101"
    for forged in (sign(content), sign(content, SECOND), sign(content, SECOND, key_of=FIRST)):
        assert await refusal(keys, forged) == "token_invalid"
    assert published.asked == 1, "an invented key's name makes nobody ask again at once"


async def test_what_a_system_knows_signs_nothing(published: Published) -> None:
    """A system may use all that it is given, the public key, as another algorithm's secret: no system takes that."""
    keys = SigningKeys(published.url)
    jwk = delegation_key(FIRST).public
    forged = jwt.encode(claims("get_fare_rules"), jwk["x"], "HS256", {"kid": jwk["kid"]})
    assert await refusal(keys, forged) == "token_invalid"


async def test_keys_change_without_a_refusal(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "_ASK_AGAIN_AFTER", 0)
    keys = SigningKeys(published.url)
    content = claims("get_fare_rules")
    for secrets, signing in (([FIRST, SECOND], FIRST), ([SECOND, FIRST], SECOND), ([SECOND, FIRST], FIRST)):
        published.secrets = secrets
        await verify_token(f"Bearer {sign(content, signing)}", keys, FARES)
    withdrawn = SigningKeys(published.url)
    published.secrets = [SECOND]
    assert await refusal(withdrawn, sign(content, FIRST)) == "token_invalid"


async def test_without_the_keys_nothing_is_said_of_the_token() -> None:
    (closed,) = free_ports(1)
    keys = SigningKeys(f"http://127.0.0.1:{closed}{JWKS_PATH}")
    assert await refusal(keys, sign(claims("get_fare_rules"), FIRST)) == "unavailable", "the same bytes may come again"


async def test_the_developments_key_is_the_developments_secrets() -> None:
    token = sign(claims("get_fare_rules"), DEVELOPMENT_SYSTEMS)
    assert (await verify_token(f"Bearer {token}", SigningKeys(None), FARES)).subject == "C101"
    await asyncio.gather(*(refusal(SigningKeys(None), sign(claims("get_fare_rules"), one)) for one in (FIRST, SECOND)))


def test_the_signing_key_is_published_first_and_a_short_secret_is_none() -> None:
    settings = Settings(_env_file=None, systems_secret=FIRST, systems_other_secrets=f"{SECOND}, ")  # type: ignore[call-arg]
    assert settings.delegation_secrets == (FIRST, SECOND)
    served = public_keys(settings.delegation_secrets)["keys"]
    assert [one["kid"] for one in served] == [delegation_key(one).key_id for one in (FIRST, SECOND)]
    assert not [one for one in served if "d" in one], "the private half stays"
    for given in ({"systems_secret": "short"}, {"systems_other_secrets": f"{SECOND},short"}):
        with pytest.raises(ValueError, match="32"):
            Settings(_env_file=None, **given)  # type: ignore[call-arg]
