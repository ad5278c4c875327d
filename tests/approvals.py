"""How does a test approve or deny at the desk?"""

from typing import Any

import httpx2

from tests.conversation import Conversation, headers


def waiting_approval(customer: Conversation) -> dict[str, Any]:
    """The customer's set in the desk's queue of approvals."""
    stack = customer.stack
    queue = stack.http.get(
        f"{stack.url}/v1/desk/queue", headers=headers("S1", "supervisor", pack=customer.pack)
    ).json()["approvals"]
    return next(one for one in queue if one["request_id"] == customer.request_id)


def judge(
    customer: Conversation,
    verdict: str,
    name: str = "S1",
    role: str = "supervisor",
    *,
    waiting: dict[str, Any] | None = None,
    **changed: str,
) -> httpx2.Response:
    """An answer of the desk to the set that waits, or to one that waited; `changed` is what it names otherwise."""
    shown = waiting or waiting_approval(customer)
    body = {"set_id": shown["set_id"], "digest": shown["digest"]} | changed
    url = f"{customer.stack.url}/v1/desk/requests/{customer.request_id}/{verdict}"
    return customer.stack.http.post(url, json=body, headers=headers(name, role, pack=customer.pack))
