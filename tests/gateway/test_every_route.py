"""Who may call which address of the gateway? Every one of them stands in these tables, and keeps to them."""

import contextlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr

from contracts.errors import Refused
from contracts.ids import new_request_id
from contracts.principal import Role
from storage.pack_shelf import PackShelf
from storage.requests import RequestRow
from tests.conversation import headers
from tests.stack import JWT_SECRET
from workers.gateway import service as shared
from workers.gateway.app import make_app
from workers.gateway.rate_limit import RateLimit
from workers.gateway.served_packs import ServedPacks
from workers.gateway.service import Service
from workers.settings import Settings

type Body = dict[str, Any] | None
type Route = tuple[str, str]
type Call = Callable[..., Awaitable[int]]

EVERYBODY: frozenset[Role] = frozenset({"visitor", "customer", "agent", "supervisor", "operator", "compliance"})
DESK: frozenset[Role] = frozenset({"agent", "supervisor"})
PROOF: frozenset[Role] = frozenset({"supervisor", "operator", "compliance"})
SET = {"set_id": "s", "digest": "d"}
WHY = {"reason": "because"}
SWITCH = {"pack": "airline", "kind": "tool", "name": "charge_payment", "on": True}

OPEN: frozenset[Route] = frozenset(
    {
        *(("GET", path) for path in ("/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc")),
        *(("GET", path) for path in ("/", "/chat", "/chat/{name}", "/healthz", "/readyz", "/metrics")),
        ("GET", "/.well-known/jwks.json"),
        ("GET", "/media/{pack}/{digest}/{name}"),
    }
)
"""Open to everybody without a token: pages, the packs' drawings, health, public keys."""
OF_THE_DEMO: frozenset[Route] = frozenset({("GET", "/demo/people"), ("GET", "/demo/mailbox"), ("POST", "/demo/token")})
"""On one's own machine only: `test_safe_start.py`."""
ROLES: dict[Route, tuple[frozenset[Role], Body]] = {
    ("POST", "/v1/requests"): (frozenset({"visitor", "customer"}), {"pack": "airline", "message": {"text": "Hi"}}),
    ("GET", "/v1/requests"): (EVERYBODY, None),
    ("GET", "/v1/requests/{request_id}"): (EVERYBODY, None),
    ("GET", "/v1/requests/{request_id}/events"): (EVERYBODY, None),
    ("POST", "/v1/requests/{request_id}/messages"): (frozenset({"visitor", "customer"}), {"text": "Hi"}),
    ("GET", "/v1/requests/{request_id}/audit"): (PROOF, None),
    ("GET", "/v1/desk/queue"): (DESK, None),
    ("GET", "/v1/desk/requests/{request_id}"): (DESK, None),
    ("POST", "/v1/desk/requests/{request_id}/claim"): (DESK, {"epoch": 1}),
    ("POST", "/v1/desk/requests/{request_id}/takeover"): (DESK, {}),
    ("POST", "/v1/desk/requests/{request_id}/release"): (DESK, {}),
    ("POST", "/v1/desk/requests/{request_id}/reply"): (DESK, {"text": "Hi"}),
    ("POST", "/v1/desk/requests/{request_id}/return"): (DESK, {}),
    ("POST", "/v1/desk/requests/{request_id}/approve"): (DESK, SET),
    ("POST", "/v1/desk/requests/{request_id}/deny"): (DESK, SET),
    ("POST", "/v1/desk/requests/{request_id}/settle"): (DESK, {"effect_id": "e", "happened": True}),
    ("GET", "/v1/control/switches"): (PROOF, None),
    ("PUT", "/v1/control/switches"): (frozenset({"operator"}), SWITCH),
    ("GET", "/v1/control/audit"): (PROOF, None),
    ("GET", "/v1/control/packs/{pack}"): (PROOF, None),
    ("POST", "/v1/control/packs/{pack}/activate"): (frozenset({"operator"}), {**WHY, "version": "d" * 64}),
    ("POST", "/v1/control/packs/{pack}/split"): (frozenset({"operator"}), {**WHY, "version": "d" * 64, "share": 0.5}),
    ("POST", "/v1/control/packs/{pack}/rollback"): (frozenset({"operator"}), WHY),
    ("POST", "/v1/codec/decode"): (frozenset({"operator"}), {"payloads": []}),
    ("POST", "/v1/codec/encode"): (frozenset({"operator"}), {"payloads": []}),
}
"""Who comes past the gate, and what they send. Whose request it is counts behind it."""
OF_ALL_COMPANIES: frozenset[Route] = frozenset({("POST", "/v1/codec/decode"), ("POST", "/v1/codec/encode")})
"""Histories are of all companies: who is of one is refused."""
OF_A_COMPANY = sorted(
    route for route in ROLES if "/v1/control/" in route[1] and route != ("GET", "/v1/control/switches")
)
"""What is asked for by the company's name; the switches are those of the token's company, whatever is asked."""


REACHED = 418
"""The answer of a gateway that has let the caller on."""
UNREAD = {"Last-Event-ID": "none"}
"""What no stream begins with: one that somebody may follow says so (422) instead of never ending."""


class Beyond:
    """The database and Temporal: whoever comes as far learns that they did. Requests are looked up elsewhere."""

    @contextlib.asynccontextmanager
    async def single(self) -> AsyncGenerator[None]:
        yield None

    def begin(self) -> None:
        raise Refused(REACHED, "reached", "The gate has let you on.")

    def get_workflow_handle(self, _: str) -> None:
        self.begin()


REQUEST = new_request_id()


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The one request that there is, Anna's at the airline, as the test changes it."""
    stored: dict[str, Any] = {"request_id": REQUEST, "pack": "airline", "pack_digest": "d", "channel": "web"}
    stored |= {"customer_id": "C101", "role": "customer", "holder": "person", "held_by": "U1"}
    stored |= {"opened_at": datetime.now(UTC), "updated_at": datetime.now(UTC)}

    async def read_request(_: Any, request_id: str) -> RequestRow | None:
        return RequestRow.model_validate(stored) if request_id == REQUEST else None

    monkeypatch.setattr(shared, "read_request", read_request)
    return stored


@pytest.fixture(scope="module")
def gateway() -> Iterator[FastAPI]:
    """A gateway of two companies that reaches nothing."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
            environment.delenv(name)
        yield _gateway()


def _gateway() -> FastAPI:
    settings = Settings(_env_file=None, jwt_secret=SecretStr(JWT_SECRET))  # type: ignore[call-arg]  # pydantic-settings' own argument
    nothing, beyond = cast("Any", None), cast("Any", Beyond())
    packs = ServedPacks(beyond, PackShelf({}), ("airline", "bank"))
    made = make_app(settings)
    made.state.service = Service(settings, beyond, beyond, nothing, packs, nothing, nothing, nothing, RateLimit(0))
    return made


@pytest.fixture
async def call(gateway: FastAPI) -> AsyncGenerator[Call]:
    """Call an address about a request; returns the status, `REACHED` where the gate let the caller on."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(gateway), base_url="http://gateway") as client:

        async def ask(route: Route, sent: dict[str, str], request_id: str = REQUEST) -> int:
            method, path = route
            named = {"pack": "airline"} if method == "GET" and path in ("/v1/requests", "/v1/control/audit") else {}
            url = path.format(request_id=request_id, pack="airline")
            answer = await client.request(method, url, params=named, json=ROLES[route][1], headers=UNREAD | sent)
            return REACHED if answer.json().get("type", "").endswith("last_event_id") else answer.status_code

        yield ask


def bearer(role: Role, subject: str = "U1", pack: str | None = "airline") -> dict[str, str]:
    return headers(None if role == "visitor" else subject, role, **({"pack": pack} if pack else {}))


def test_every_address_stands_in_a_table(gateway: FastAPI) -> None:
    contexts = list(iter_route_contexts(gateway.routes))
    found = {(method, str(one.path)) for one in contexts for method in (one.methods or ("any",)) if method != "HEAD"}
    assert found == OPEN | OF_THE_DEMO | set(ROLES)


@pytest.mark.parametrize("route", ROLES, ids=" ".join)
async def test_an_address_is_open_to_its_roles_alone(row: dict[str, Any], call: Call, route: Route) -> None:
    for role in sorted(EVERYBODY):
        row |= {"customer_id": "C101" if role == "customer" else None}
        pack = None if route in OF_ALL_COMPANIES and role == "operator" else "airline"
        status = await call(route, bearer(role, "C101", pack))
        let_in = role in ROLES[route][0]
        refused = 401 if role == "visitor" else 403
        assert (status not in (401, 403)) if let_in else (status == refused), role


STAFFED = [(route, role) for route, (roles, _) in ROLES.items() for role in sorted(roles - {"visitor", "customer"})]
OF_A_REQUEST = [(route, role) for route, role in STAFFED if "{request_id}" in route[1]]
"""Where staff are let in."""


@pytest.mark.parametrize(("route", "role"), OF_A_REQUEST, ids=str)
async def test_staff_find_what_is_of_their_company_and_not_restricted(
    row: dict[str, Any], call: Call, route: Route, role: Role
) -> None:
    row |= {"held_by": "U2"} if route[1].endswith("/claim") else {}  # one's own is answered without looking further
    assert await call(route, bearer(role)) == REACHED
    assert await call(route, bearer(role, pack="bank")) == 404
    assert await call(route, bearer(role), new_request_id()) == 404, "as one that does not exist"
    row["restricted"] = True
    assert (await call(route, bearer(role)) == REACHED) == (role == "compliance")


@pytest.mark.parametrize("route", OF_A_COMPANY, ids=" ".join)
async def test_staff_of_another_company_control_nothing(call: Call, route: Route) -> None:
    for role in sorted(ROLES[route][0]):
        assert await call(route, bearer(role, pack="bank")) in (403, 404)
        assert await call(route, bearer(role)) == REACHED


@pytest.mark.parametrize("route", [route for route in ROLES if "{request_id}" in route[1]], ids=" ".join)
async def test_only_its_customer_finds_a_request(row: dict[str, Any], call: Call, route: Route) -> None:
    is_theirs = "customer" in ROLES[route][0]
    assert (await call(route, bearer("customer", "C101")) == REACHED) == is_theirs
    for other in (bearer("customer", "C102"), bearer("customer", "C101", "bank"), bearer("visitor")):
        assert await call(route, other) in ((404,) if is_theirs else (401, 403))


@pytest.mark.parametrize("route", [route for route in ROLES if "{request_id}" in route[1]], ids=" ".join)
async def test_a_visitors_request_is_found_by_no_customer(row: dict[str, Any], call: Call, route: Route) -> None:
    row |= {"customer_id": None, "role": "visitor"}
    assert (await call(route, bearer("visitor")) == REACHED) == ("visitor" in ROLES[route][0])
    assert await call(route, bearer("customer", "C101")) in (403, 404)


@pytest.mark.parametrize("route", sorted(OF_ALL_COMPANIES), ids=" ".join)
async def test_an_operator_of_one_company_opens_no_histories(call: Call, route: Route) -> None:
    assert await call(route, bearer("operator")) == 403


@pytest.mark.parametrize("route", ROLES, ids=" ".join)
async def test_who_is_of_no_company_is_let_in_nowhere(row: dict[str, Any], call: Call, route: Route) -> None:
    for role in sorted(EVERYBODY - {"visitor", "operator"}):
        assert await call(route, bearer(role, pack=None)) == 403
