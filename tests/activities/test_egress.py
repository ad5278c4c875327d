"""Can a tool call reach an address that nobody allowed: by its name, by its name server, by a redirect?"""

from collections.abc import Sequence
from datetime import timedelta

import httpx2
import pytest
from echo_server import EchoServer
from test_sent_requests import make_tool

from activities.egress import LOOPBACK, Egress, http_client
from activities.send_request import Answered, Sent, Unsent, send_request

PUBLIC = "93.184.216.34"
NEVER = ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "224.0.0.1", "0.0.0.0", "64:ff9b::a9fe:a9fe", "::"]
PRIVATE = ["127.0.0.1", "::1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1"]
WRAPPED = ["64:ff9b::7f00:1", "2002:7f00:1::", "240.0.0.1", "::ffff:127.0.0.1"]


@pytest.mark.parametrize("address", [*NEVER, *PRIVATE, *WRAPPED, "nonsense", "127.0.0.1%eth0"])
def test_only_public_addresses_are_reached_without_a_setting(address: str) -> None:
    assert not Egress().allows("crm.example.com", address)
    assert Egress().allows("crm.example.com", PUBLIC)


@pytest.mark.parametrize("address", NEVER)
def test_link_local_addresses_are_reached_by_no_setting(address: str) -> None:
    everything = Egress.parse("0.0.0.0/0,::/0,crm.internal")
    assert not everything.allows("crm.internal", address)


def test_private_addresses_are_reached_by_network_or_by_host() -> None:
    listed = Egress.parse("10.1.0.0/16, crm.internal")
    assert listed.allows("any", "10.1.2.3")
    assert not listed.allows("any", "10.2.2.3")
    assert listed.allows("CRM.internal", "10.2.2.3")
    with pytest.raises(ValueError, match=r"10\.1\.2\.3/16"):
        Egress.parse("10.1.2.3/16")


class NameServer:
    """Answers as planned, one answer after the other; the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def call(egress: str, names: NameServer, server: EchoServer, host: str = "crm.test") -> Sent:
    tool = make_tool(f"http://{host}:{server.server_port}", {})
    async with http_client(Egress.parse(egress), names) as client:
        within = timedelta(seconds=2)
        return await send_request(client, tool, tool.request({}), token="t", idempotency_key=None, within=within)


async def test_a_name_that_leads_to_this_machine_is_refused(echo: EchoServer) -> None:
    assert isinstance(await call("", NameServer(["127.0.0.1"]), echo), Unsent)
    assert echo.seen == []
    assert isinstance(await call(LOOPBACK, NameServer(["127.0.0.1"]), echo), Answered)


async def test_one_address_of_several_that_is_not_allowed_spoils_the_name(echo: EchoServer) -> None:
    assert isinstance(await call("127.0.0.1", NameServer(["127.0.0.1", "10.0.0.1"]), echo), Unsent)
    assert echo.seen == []


async def test_a_second_answer_of_the_name_server_does_not_count(echo: EchoServer) -> None:
    names = NameServer(["127.0.0.1"], ["169.254.169.254"])
    assert isinstance(await call(LOOPBACK, names, echo), Answered)
    assert names.asked == 1, "the address that was checked is the one that was connected to"
    rebound = NameServer(["169.254.169.254"], ["127.0.0.1"])
    assert isinstance(await call(LOOPBACK, rebound, echo), Unsent)


async def test_the_servers_name_stays_in_the_request(echo: EchoServer) -> None:
    await call("crm.test", NameServer(["127.0.0.1"]), echo)
    assert echo.seen[0]["headers"]["host"] == f"crm.test:{echo.server_port}"


async def test_addresses_written_as_numbers_are_checked_too(echo: EchoServer) -> None:
    tool = make_tool(f"http://127.0.0.1:{echo.server_port}", {})
    async with http_client(Egress()) as client:
        within = timedelta(seconds=2)
        sent = await send_request(client, tool, tool.request({}), token="t", idempotency_key=None, within=within)
    assert isinstance(sent, Unsent)
    assert echo.seen == []


async def test_redirects_are_not_followed(echo: EchoServer, client: httpx2.AsyncClient) -> None:
    echo.planned.append((302, {"Location": f"{echo.url}/elsewhere"}, b""))
    tool = make_tool(echo.url, {})
    within = timedelta(seconds=2)
    sent = await send_request(client, tool, tool.request({}), token="t", idempotency_key=None, within=within)
    assert isinstance(sent, Answered)
    assert not sent.succeeded
    assert len(echo.seen) == 1


async def test_proxies_of_the_environment_are_not_used(echo: EchoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert isinstance(await call(LOOPBACK, NameServer(["127.0.0.1"]), echo), Answered)
