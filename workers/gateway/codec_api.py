"""How do Temporal's pages show operators what is encrypted? A remote codec, for staff alone."""

import base64
import binascii
from typing import Annotated, Any

from fastapi import APIRouter, Body
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload

from contracts.errors import KeyMissing, Refused
from workers.gateway.service import Caller, TheService, require_role
from workers.payload_codec import EncryptingCodec, make_codec

PREFIX = "/v1/codec"
router = APIRouter(prefix=PREFIX, tags=["codec"])

Payloads = Annotated[list[dict[str, Any]], Body(embed=True, max_length=1_000)]


@router.post("/decode")
async def decode(service: TheService, caller: Caller, payloads: Payloads) -> dict[str, Any]:
    """Open payloads for an operator (https://docs.temporal.io/codec-server). 422 for one that no listed key opens."""
    codec = _codec(service, caller)
    try:
        return _shown(await codec.decode(_parsed(payloads)))
    except KeyMissing as error:
        raise Refused(422, "key_missing", str(error)) from error


@router.post("/encode")
async def encode(service: TheService, caller: Caller, payloads: Payloads) -> dict[str, Any]:
    """Encrypt payloads that an operator sends from Temporal's pages, such as a signal's."""
    return _shown(await _codec(service, caller).encode(_parsed(payloads)))


def _codec(service: TheService, caller: Caller) -> EncryptingCodec:
    require_role(caller, "operator")
    if caller.pack is not None:
        raise Refused(403, "wrong_pack", "Histories are of all packs: this takes a token that is not for one of them.")
    codec = make_codec(service.settings, shows_only=True)
    if codec is None:
        raise Refused(404, "not_encrypted", "Nothing is encrypted: HANDRAIL_PAYLOAD_KEY is not set.")
    return codec


def _parsed(payloads: list[dict[str, Any]]) -> list[Payload]:
    try:
        return [json_format.ParseDict(payload, Payload()) for payload in payloads]
    except (json_format.ParseError, binascii.Error) as error:
        raise Refused(422, "no_payload", "This is no payload as Temporal's pages send it.") from error


def _shown(payloads: list[Payload]) -> dict[str, Any]:
    metadata = [{name: _base64(value) for name, value in payload.metadata.items()} for payload in payloads]
    pairs = zip(metadata, payloads, strict=True)
    return {"payloads": [{"metadata": about, "data": _base64(payload.data)} for about, payload in pairs]}


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
