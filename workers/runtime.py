"""What carries requests out? Temporal workers: `python -m workers runtime --pool all|requests|models|tools`."""

import argparse
import asyncio
import contextlib
import hashlib
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.client import Client
from temporalio.worker import Worker

from activities.advance_flow import AdvanceFlowActivity
from activities.call_model import CallModelActivity
from activities.companies import Companies
from activities.decide_set import DecideSetActivities
from activities.delegate_rights import DelegatedTokens
from activities.egress import http_client
from activities.erase import EraseActivities
from activities.guard_calls import GuardCallsActivity
from activities.invoke_tool import InvokeToolActivity
from activities.metrics import Metrics
from activities.model_clients import ModelClients
from activities.model_ports import ModelPorts
from activities.offer_set import OfferSetActivities
from activities.openai_chat import OpenAIChat
from activities.openai_responses import OpenAIResponses
from activities.runtime_words import RuntimeActivities
from activities.send_code import SendCodeActivity
from activities.systems import Systems
from activities.understand import UnderstandActivities
from contracts.errors import NotReady
from contracts.model_port import ModelPort
from governance.budget import Budget
from governance.one_time_code import code_key
from storage.database import Database
from storage.pack_audiences import refuse_shared_audiences, shared_audiences
from storage.pack_shelf import PackShelf
from storage.vault import Vault
from workers.connect import connect_database, connect_temporal, meter_of, served_packs
from workers.event_loop import run_on_loop
from workers.follow_versions import VersionFollower
from workers.keys import master_keys
from workers.logs import set_up_logs
from workers.model_keys import read_model_keys
from workers.model_queues import model_queues
from workers.names import name_finder
from workers.pools import calls_worker, requests_worker
from workers.retention import ensure_retention
from workers.settings import Settings, require_safe_secrets
from workers.system_keys import require_system_keys
from workflows.customer_request import CustomerRequest
from workflows.erasure import Erasure, Retention, SecondLook
from workflows.steps import REQUESTS_QUEUE, TOOLS_QUEUE

log = structlog.get_logger(__name__)

POOLS = ("requests", "models", "tools")


@dataclass(frozen=True)
class Clients:
    """What the activities are given."""

    database: Database
    vault: Vault
    companies: Companies
    systems: Systems
    port: ModelPort
    secret: bytes
    code_key: bytes
    budget: Budget
    default_is_free: bool
    model_queues: dict[str, float | None]


@contextlib.asynccontextmanager
async def make_clients(settings: Settings) -> AsyncGenerator[Clients]:
    """Build every client, and close them in the end. Raises NotReady."""
    require_safe_secrets(settings)
    names = served_packs(settings)
    database = await connect_database(settings)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        shelf = PackShelf(settings.pack_variables)
        async with database.begin() as connection:
            packs = await shelf.in_use(connection, names)
        if shared := [one.told for one in shared_audiences(packs)]:
            log.warning("audience_shared", audiences=shared)  # among active versions it is refused below
        companies, queues = Companies(shelf), model_queues(packs)
        await stack.enter_async_context(follow_versions(settings, database, names, shelf, companies, queues))
        http = await stack.enter_async_context(http_client(settings.egress))
        vault = Vault(await stack.enter_async_context(master_keys(settings)))
        tokens = DelegatedTokens(settings.systems_secret.get_secret_value())
        models = ModelClients(settings.model_key, settings.model_url, read_model_keys(packs))
        port = make_ports(models, settings)
        systems = Systems(database, vault, companies, http, tokens, settings.time_scale, settings.system_keys)
        secret = hashlib.sha256(b"handrail digests" + settings.digest_key.get_secret_value().encode()).digest()
        try:
            budget, free = settings.budget, settings.uses_standin
            codes = code_key(settings.digest_key.get_secret_value().encode())
            yield Clients(database, vault, companies, systems, port, secret, codes, budget, free, queues)
        finally:
            await models.close()


def follow_versions(
    settings: Settings,
    database: Database,
    names: Sequence[str],
    shelf: PackShelf,
    companies: Companies,
    queues: Collection[str],
) -> VersionFollower:
    """Make ready what is activated. A version with another provider's models needs these workers started again.

    Only what is active is refused for its audiences: a system of two packs may move while requests that were begun
    with its old address are still open.
    """

    async def prepare(connection: AsyncConnection, name: str) -> None:
        refuse_shared_audiences(await shelf.all_active(connection, names))
        packs = await companies.prepare(connection, name)
        require_system_keys(settings, packs)
        missing = sorted(set(model_queues(packs)) - set(queues))
        if missing:
            raise NotReady(f"Nobody here works on {', '.join(missing)}: start the workers again.")

    return VersionFollower(database, names, prepare)


def make_ports(models: ModelClients, settings: Settings) -> ModelPorts:
    """One port an API; a tier says which it takes."""
    ports: dict[str, ModelPort] = {"responses": OpenAIResponses(models), "chat": OpenAIChat(models)}
    return ModelPorts(ports, failures_until_open=settings.circuit_failures)


def make_workers(client: Client, clients: Clients, pools: Sequence[str]) -> list[Worker]:
    """The workers of these pools, so that pools scale and are limited apart; models have one for each provider."""
    workers: list[Worker] = []
    metrics = Metrics(meter_of(client))
    if "requests" in pools:
        workers.append(_requests_worker(client, clients, metrics))
    if "models" in pools:
        workers += _models_workers(client, clients, metrics)
    if "tools" in pools:
        workers.append(_tools_worker(client, clients, metrics))
    return workers


def _requests_worker(client: Client, clients: Clients, metrics: Metrics) -> Worker:
    database, companies, vault = clients.database, clients.companies, clients.vault
    understand = UnderstandActivities(database, companies)
    words = RuntimeActivities(database, companies)
    sets, offer = DecideSetActivities(database, companies), OfferSetActivities(database, companies)
    erase = EraseActivities(database, companies, client)
    flow = AdvanceFlowActivity(database, vault, companies)
    guard = GuardCallsActivity(database, vault, companies, clients.secret, metrics)
    activities: list[Callable[..., Any]] = [
        *(understand.classify, understand.screen, understand.retrieve),
        *(understand.note_message, understand.find_missed),
        *(words.say, words.resume, words.hand_over, words.record_turn, words.close_request),
        *(erase.begin_erasure, erase.end_workflows),
        *(erase.erase_customer, erase.certify_erasure, erase.look_again, erase.apply_retention),
        *(sets.decide_set, sets.report_set, sets.remind_approvers),
        *(offer.offer_set, offer.show_set, flow.advance_flow, guard.guard_calls),
    ]
    return requests_worker(client, REQUESTS_QUEUE, [CustomerRequest, Erasure, Retention, SecondLook], activities)


def _models_workers(client: Client, clients: Clients, metrics: Metrics) -> list[Worker]:
    call = CallModelActivity(
        clients.database,
        clients.vault,
        clients.companies,
        clients.port,
        budget=clients.budget,
        default_is_free=clients.default_is_free,
        metrics=metrics,
    )
    queues = clients.model_queues.items()
    return [calls_worker(client, queue, [call.call_model], limit) for queue, limit in queues]


def _tools_worker(client: Client, clients: Clients, metrics: Metrics) -> Worker:
    invoke = InvokeToolActivity(clients.systems, metrics)
    codes = SendCodeActivity(clients.systems, clients.code_key)
    return calls_worker(client, TOOLS_QUEUE, [invoke.invoke_tool, invoke.lose_effect, codes.send_code])


async def run(settings: Settings, pools: Sequence[str], stop: asyncio.Event) -> None:
    """Work until `stop`; then drain: calls under way finish within the grace period."""
    async with make_clients(settings) as clients, name_finder(_names_of(settings, pools)) as names:
        clients = replace(clients, systems=replace(clients.systems, names=names))
        client = await connect_temporal(settings)
        async with contextlib.AsyncExitStack() as running:
            workers = make_workers(client, clients, pools)
            for worker in workers:
                await running.enter_async_context(worker)
            if "requests" in pools:
                for pack in served_packs(settings):
                    await ensure_retention(client, pack)
            log.info("runtime_started", pools=list(pools))
            await stop.wait()
            log.info("runtime_draining")
            await asyncio.gather(*(worker.shutdown() for worker in workers))  # at once: none takes new work meanwhile
    log.info("runtime_stopped")


def _names_of(settings: Settings, pools: Sequence[str]) -> Settings:
    """The model for names is loaded where answers of company systems are read, and nowhere else."""
    return settings if "tools" in pools else settings.model_copy(update={"names": "off"})


async def _main(settings: Settings, pools: Sequence[str]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=8))
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    try:
        await run(settings, pools, stop)
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def main(argv: list[str]) -> int:
    """Run the workers of one pool, or of all; exit 1 with a sentence where something is missing."""
    parser = argparse.ArgumentParser(prog="python -m workers runtime")
    parser.add_argument("--pool", choices=("all", *POOLS), default="all")
    pool: str = parser.parse_args(argv).pool
    set_up_logs()
    return run_on_loop(_main(Settings(), POOLS if pool == "all" else (pool,)))
