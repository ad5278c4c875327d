"""Which process runs the bare side? `python -m evals.bench.bare --tell PORT`: workers with the product's settings."""

import argparse
import asyncio
import contextlib
import signal
import socket

import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.companies import make_ready
from activities.delegate_rights import DelegatedTokens
from activities.egress import http_client
from activities.model_clients import ModelClients
from activities.openai_responses import OpenAIResponses
from evals.bench.bare_activities import BareActivities, Caller, Teller
from evals.bench.bare_turn import MODELS_QUEUE, REQUESTS_QUEUE, TOOLS_QUEUE, BareConversation
from workers.connect import connect_temporal, load_all_packs
from workers.event_loop import run_on_loop
from workers.logs import set_up_logs
from workers.pools import calls_worker, requests_worker
from workers.settings import Settings

log = structlog.get_logger(__name__)


async def run(settings: Settings, tell: int) -> None:
    """Work until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await connect_temporal(settings)
    ((pack, _),) = load_all_packs(settings)
    models = ModelClients(settings.model_key, settings.model_url)
    teller = Teller(tell, socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    async with http_client(settings.egress) as http:
        tokens = DelegatedTokens(settings.systems_secret.get_secret_value())
        steps = BareActivities(make_ready(pack), OpenAIResponses(models), Caller(http, tokens), teller)
        async with contextlib.AsyncExitStack() as running:
            for worker in make_workers(client, steps):
                await running.enter_async_context(worker)
            log.info("runtime_started")
            await stop.wait()
        await models.close()


def make_workers(client: Client, steps: BareActivities) -> list[Worker]:
    """The product's workers, pool by pool, with the bare steps."""
    local = [
        *(steps.classify, steps.screen, steps.retrieve),
        *(steps.advance_flow, steps.guard_calls, steps.record_turn),
    ]
    return [
        requests_worker(client, REQUESTS_QUEUE, [BareConversation], local),
        calls_worker(client, MODELS_QUEUE, [steps.call_model]),
        calls_worker(client, TOOLS_QUEUE, [steps.invoke_tool]),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m evals.bench.bare")
    parser.add_argument("--tell", type=int, required=True, help="the driver's UDP port")
    set_up_logs()
    run_on_loop(run(Settings(), parser.parse_args().tell))
