"""How do the tests call a demo company? By operation id and arguments, every answer held against its contract."""

import itertools
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx2
import jwt
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import text

from activities.delegation_keys import ALGORITHM, delegation_key
from demo.systems.company import Company
from demo.systems.documents import documents
from demo.systems.world import World
from workers.settings import DEVELOPMENT_SYSTEMS

ADMIN = {"Authorization": "Bearer demo-admin"}
_keys = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Operation:
    """Where an operation lies and what its contract says."""

    system: str
    method: str
    path: str
    parameters: dict[str, str]
    answer: dict[str, Any]
    writes: bool
    is_form: bool


class Contracts:
    """The operations of a company by id, as its own documents describe them."""

    def __init__(self, company: Company, customer: str) -> None:
        self.company, self.customer = company, customer
        self.operations: dict[str, Operation] = {}
        self.problem: dict[str, Any] = company.refusals.schema
        for system, document in documents(company).items():
            for path, methods in document["paths"].items():
                for method, said in methods.items():
                    self.operations[said["operationId"]] = _read(system, path, method, said, document["components"])

    def claims(self, operation: str, sub: str | None, **changed: Any) -> dict[str, Any]:
        """The claims of a good delegated token, some of them changed; a claim set to None is left out."""
        now = int(time.time())
        good: dict[str, Any] = {
            "iss": "handrail",
            "aud": self.company.audience_of(self.operations[operation].system),
            "sub": sub,
            "act": {"sub": f"agent:{self.company.name}"},
            "scope": operation,
            "request_id": "request-1",
            "jti": uuid.uuid4().hex,
            "iat": now,
            "exp": now + 60,
        }
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def hold(self, operation: str, response: httpx2.Response) -> None:
        """Assert that an answer is what its OpenAPI document declares."""
        content = json.loads(response.content)
        if response.status_code < 400:
            schema = self.operations[operation].answer
            assert response.headers["content-type"].startswith("application/json")
        else:
            schema = self.problem
            assert response.headers["content-type"].startswith("application/problem+json")
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(content)


def _read(system: str, path: str, method: str, said: dict[str, Any], components: dict[str, Any]) -> Operation:
    schema = said["responses"]["200"]["content"]["application/json"]["schema"]
    return Operation(
        system=system,
        method=method.upper(),
        path=path,
        parameters={p["name"]: p["in"] for p in said.get("parameters", [])},
        answer={**schema, "components": components},
        writes=said["x-effect"] == "write",
        is_form="application/x-www-form-urlencoded" in said.get("requestBody", {}).get("content", {}),
    )


def sign(content: dict[str, Any], secret: str = DEVELOPMENT_SYSTEMS, *, key_of: str | None = None) -> str:
    """The token of these claims, signed with this secret's key under its id, or under that of another's."""
    key = delegation_key(secret)
    return jwt.encode(content, key.private, ALGORITHM, {"kid": delegation_key(key_of or secret).key_id})


def fresh_key() -> str:
    """An idempotency key that no call used."""
    return f"key-{next(_keys):06d}"


@dataclass(slots=True)
class BackOffice:
    """One demo company under test."""

    contracts: Contracts
    client: httpx2.AsyncClient
    world: World
    request_id: str = "request-1"
    reservations: list[str] = field(default_factory=list[str])

    async def send(
        self,
        operation: str,
        arguments: dict[str, Any],
        *,
        sub: str | None = None,
        key: str | None = None,
        token: str | None = None,
    ) -> httpx2.Response:
        """One call with a good token unless another is given; the answer fits its contract."""
        known = self.contracts.operations[operation]
        path = known.path
        places: dict[str, dict[str, Any]] = {"query": {}, "header": {}, "body": {}}
        for name, value in arguments.items():
            place = known.parameters.get(name, "body" if known.method == "POST" else "query")
            if place == "path":
                path = path.replace(f"{{{name}}}", str(value))
            else:
                places[place][name] = value
        if token is None:
            more = {"reservations": self.reservations} if self.reservations else {}
            token = sign(
                self.contracts.claims(operation, sub or self.contracts.customer, request_id=self.request_id, **more)
            )
        headers = {**places["header"], **({"Authorization": f"Bearer {token}"} if token else {})}
        if known.writes:
            headers["Idempotency-Key"] = key or fresh_key()
        response = await self.client.request(
            known.method,
            f"/{known.system}{path}",
            params=places["query"],
            headers=headers,
            json=places["body"] if known.method == "POST" and not known.is_form else None,
            data=places["body"] if known.is_form else None,
        )
        self.contracts.hold(operation, response)
        return response

    async def call(self, operation: str, /, *, sub: str | None = None, key: str | None = None, **arguments: Any) -> Any:
        """The content of an answer that is a success."""
        response = await self.send(operation, arguments, sub=sub, key=key)
        assert response.status_code == 200, response.text
        return response.json()

    async def refused(self, operation: str, /, *, sub: str | None = None, **arguments: Any) -> tuple[int, str, str]:
        """Status, code and detail of an answer that is a refusal."""
        response = await self.send(operation, arguments, sub=sub)
        assert response.status_code >= 400, response.text
        problem = response.json()
        return response.status_code, problem["type"].rpartition(":")[2], problem["detail"]

    async def control(self, path: str = "", **content: Any) -> Any:
        """Something done behind the counter."""
        response = await self.client.post(f"/_control{path}", json=content, headers=ADMIN)
        assert response.status_code == 200, response.text
        return response.json()

    async def rows(self, kind: str, **wanted: str) -> list[dict[str, Any]]:
        """Rows of the `ledger` or of the log of `calls`."""
        response = await self.client.get(f"/_{kind}", params=wanted, headers=ADMIN)
        assert response.status_code == 200, response.text
        return response.json()["rows"]

    async def sql(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Rows of a statement, committed."""
        async with self.world.engine.begin() as connection:
            result = await connection.execute(text(statement), values)
            return [dict(row) for row in result.mappings()] if result.returns_rows else []
