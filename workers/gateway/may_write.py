"""How often may one caller write? So many times a minute each: a customer by name, a visitor by address."""

import ipaddress
import math
import time
from typing import Annotated

from fastapi import Depends, Request

from contracts.errors import Refused
from contracts.principal import STAFF, Principal
from workers.gateway.service import Caller, TheService
from workers.settings import is_loopback


async def may_write(request: Request, service: TheService, caller: Caller) -> None:
    """Refuse (429) a customer or a visitor who writes too often. Staff's calls, a company's own, are not counted, nor
    those of this machine itself.

    Behind a proxy the address is the one that uvicorn's FORWARDED_ALLOW_IPS lets the proxy name.
    """
    address = request.client.host if request.client else ""
    if caller.role in STAFF or is_loopback(address):
        return
    wait = service.limit.take(_name_of(caller, address), time.monotonic_ns())
    if wait > 0:
        raise Refused(
            429,
            "too_often",
            "You write faster than we can answer; please wait.",
            retry_after=math.ceil(wait / 1_000_000_000),
        )


def _name_of(caller: Principal, address: str) -> str:
    """The caller's name here; of an IPv6 address its network, since a line of customers' has a whole one."""
    if caller.role == "customer":
        return f"customer:{caller.pack}:{caller.subject}"
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"visitor:{address}"
    return f"visitor:{ipaddress.ip_network((found, 64), strict=False) if found.version == 6 else found}"


MayWrite = Annotated[None, Depends(may_write)]
