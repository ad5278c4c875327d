"""What happens to one call, from its token to its line in the log?"""

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse

from demo.systems import records
from demo.systems.clock import real_now
from demo.systems.faults import Fault
from demo.systems.problems import Problem, invalid, invalid_request
from demo.systems.tokens import Expected, Principal, verify_token
from demo.systems.world import World

IDEMPOTENCY_KEY = r"^[\x21-\x7e]{8,200}$"
_log = logging.getLogger(__name__)
Handle = Callable[[Request], Awaitable[Response]]
READ: dict[str, Any] = {"x-effect": "read"}
WRITE: dict[str, Any] = {"x-effect": "write"}


@dataclass(slots=True)
class Call:
    """One call under way: who asks what of which system, and the transaction in which it is answered."""

    world: World
    system: str
    operation: str
    started_at: datetime
    key: str | None
    principal: Principal
    session: AsyncSession

    @property
    def as_of(self) -> datetime:
        """The age that this answer states."""
        return self.world.as_of(self.system)


def _call_under_way(request: Request) -> Call:
    return request.state.call


def _keyed_call_under_way(
    request: Request,
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            pattern=IDEMPOTENCY_KEY,
            description="Same key and same body: the stored answer, no second effect. Same key, other body: 409.",
        ),
    ],
) -> Call:
    del idempotency_key  # declared for the contract; the call carries it
    return request.state.call


ReadCall = Annotated[Call, Depends(_call_under_way)]
WriteCall = Annotated[Call, Depends(_keyed_call_under_way)]


class SystemRoute(APIRoute):
    """A route whose every call is authenticated, made to fail as planned, made idempotent, and logged."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The handler that FastAPI calls."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            return await _Conduct(self, request, handle).answer()

        return handled


class _Conduct:
    """One call's way through; `answer` is its whole story."""

    def __init__(self, route: SystemRoute, request: Request, handle: Handle) -> None:
        self.route, self.request, self.handle = route, request, handle
        self.world: World = request.app.state.world
        self.system: str = request.app.state.system
        self.company = self.world.company
        self.records = self.world.records(self.system)
        self.operation = route.operation_id or route.name
        self.writes = route.openapi_extra == WRITE
        self.key = request.headers.get("Idempotency-Key") if self.writes else None
        self.started_at = real_now()
        self.principal: Principal | None = None

    async def answer(self) -> Response:
        try:
            response = await self._answer_or_refuse()
            await self._log(response)
        except (DBAPIError, PoolTimeout, OSError) as error:
            _log.error("call failed in the database: %s of %s, %s", self.operation, self.system, type(error).__name__)
            problem = Problem("unavailable", f"{self.system} cannot reach its database; try again later")
            response = self.company.refusals.respond(problem)
        return response

    async def _answer_or_refuse(self) -> Response:
        try:
            self.principal = await self._authenticate()
            fault = self.world.faults.take(self.system, self.operation)
            await self._fail_before(fault)
            self._refuse_unknown_parameters()
            work = self._write if self.writes else self._read
            return await self._fail_after(fault, await work(self.principal))
        except Problem as problem:
            return self.company.refusals.respond(problem)
        except RequestValidationError as error:
            return self.company.refusals.respond(invalid_request(error))

    async def _authenticate(self) -> Principal:
        principal = await verify_token(
            self.request.headers.get("Authorization"),
            self.world.keys,
            Expected(
                audience=self.company.audience_of(self.system),
                realm=self.company.realm,
                subject=self.company.subject,
                record=self.company.claimed_record,
            ),
        )
        if self.operation not in principal.operations:
            raise Problem("insufficient_scope", f"the token's scope does not name {self.operation!r}")
        if self.writes and principal.is_visitor:
            raise Problem("insufficient_scope", f"a visitor may read, not write; sign in before {self.operation!r}")
        return principal

    def _refuse_unknown_parameters(self) -> None:
        known = {parameter.alias for parameter in self.route.dependant.query_params}
        for name in self.request.query_params:
            if name not in known:
                raise invalid(name, f"{name}: no such parameter; {self.operation} takes {sorted(known) or 'none'}")

    async def _read(self, principal: Principal) -> Response:
        async with self.world.sessions.begin() as session:
            return await self._handled(session, principal)

    async def _write(self, principal: Principal) -> Response:
        key = self.key
        if key is None or not re.match(IDEMPOTENCY_KEY, key):
            raise invalid("Idempotency-Key", f"{self.operation} writes: send the header Idempotency-Key (8-200 signs)")
        async with self.world.sessions.begin() as session:
            if not await records.use_token(session, self.records, principal):
                raise Problem("token_replayed", "this token was used for a write before; send a fresh one (new jti)")
        arguments = await self._arguments()
        fingerprint = self._fingerprint(principal, arguments)
        async with self.world.sessions.begin() as session:
            stored = await records.claim_key(session, self.records, key, fingerprint)
            if stored:
                return self._replay(stored, fingerprint)
            response = await self._effect(session, principal, key, arguments)
            if principal.expires_at <= real_now():  # whoever was told that this token is dead may rely on it
                raise Problem("token_expired", "the token expired before the work was done; nothing was changed")
            media = response.headers["content-type"]
            await records.store_answer(
                session, self.records, key, response.status_code, media, bytes(response.body).decode()
            )
        return response

    async def _effect(
        self, session: AsyncSession, principal: Principal, key: str, arguments: dict[str, Any]
    ) -> Response:
        try:
            async with session.begin_nested():
                response = await self._handled(session, principal)
                outcome = json.loads(bytes(response.body))
                await records.append_effect(
                    session,
                    self.records,
                    self.operation,
                    key=key,
                    principal=principal,
                    started_at=self.started_at,
                    record=find_record(self.company.record, arguments, outcome),
                    arguments=arguments,
                    outcome=outcome,
                )
                return response
        except Problem as problem:
            return self.company.refusals.respond(problem)
        except RequestValidationError as error:
            return self.company.refusals.respond(invalid_request(error))

    async def _handled(self, session: AsyncSession, principal: Principal) -> Response:
        self.request.state.call = Call(
            self.world, self.system, self.operation, self.started_at, self.key, principal, session
        )
        return await self.handle(self.request)

    async def _arguments(self) -> dict[str, Any]:
        """What the write is told, in path, query and body; one that takes no body is sent none, or an empty object."""
        is_form = self.request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        content = dict(await self.request.form()) if is_form else _json_object(await self.request.body())
        if content and self.route.body_field is None:
            raise invalid(next(iter(content)), f"{self.operation} takes no body; leave it empty")
        return {**self.request.path_params, **self.request.query_params, **content}

    def _fingerprint(self, principal: Principal, arguments: dict[str, Any]) -> str:
        told = json.dumps([self.operation, principal.subject, arguments], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def _replay(self, stored: records.StoredAnswer, fingerprint: str) -> Response:
        if stored.fingerprint != fingerprint:
            raise Problem("idempotency_conflict", f"key {self.key!r} was used for another body; use a new key")
        headers = {"Idempotent-Replayed": "true"}
        return Response(stored.body, stored.status, headers=headers, media_type=stored.media_type)

    async def _fail_before(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.mode == "slow":
            await asyncio.sleep(fault.delay_seconds)
        if fault.mode == "fail":
            detail = fault.detail or f"{self.system} is not available; try again later"
            raise Problem(fault.problem or "unavailable", detail, status=fault.status or 503)
        if fault.mode == "refuse":
            code = fault.problem or "refused"
            raise Problem(code, fault.detail or f"{self.operation} is refused: {code}", status=fault.status)

    async def _fail_after(self, fault: Fault | None, response: Response) -> Response:
        if fault and fault.mode == "timeout_after_effect":
            await asyncio.sleep(fault.delay_seconds)
            raise Problem("timeout", f"{self.system} did not answer in time; whether it acted is not known")
        if fault and fault.mode == "break_contract" and response.status_code < 400:
            content = dict(json.loads(bytes(response.body)))
            content.pop(next(name for name in content if name != "as_of"))
            return JSONResponse({**content, "legacy_field": "a newer release sends this"}, response.status_code)
        return response

    async def _log(self, response: Response) -> None:
        problem: str | None = None
        if response.status_code >= 400:
            problem = str(json.loads(bytes(response.body)).get("type", "")).removeprefix(self.company.refusals.urn)
        async with self.world.sessions.begin() as session:
            await records.log_call(
                session,
                self.records,
                self.operation,
                key=self.key,
                principal=self.principal,
                started_at=self.started_at,
                status=response.status_code,
                problem=problem,
            )


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body) if body else {}
    except ValueError as error:
        raise invalid("body", "body: send one JSON object in UTF-8") from error
    if not isinstance(content, dict):
        raise invalid("body", "body: send one JSON object")
    return content


def find_record(name: str, arguments: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """The record that an effect is about: the argument of this name, else what the outcome or a record in it says."""
    places = (arguments, outcome, *(value for value in outcome.values() if isinstance(value, dict)))
    return next((str(place[name]) for place in places if place.get(name)), None)
