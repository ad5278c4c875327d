"""What does a model answer in this step? One call: opened once, streamed, checked, finished in one transaction."""

import time
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import bound_contextvars
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.assemble_prompt import assemble_prompt
from activities.companies import Companies
from activities.finish_call import Answer, CallPlace, finish_call, refuse_switched_off
from activities.gather_evidence import evidence_of
from activities.heartbeats import heartbeats
from activities.masking import mask_for_model
from activities.metrics import Metrics
from activities.offered_tools import offer_tools
from activities.replies import notice_for
from activities.scene import Scene, read_scene
from activities.speech import Speech
from contracts.errors import ModelFailed
from contracts.ids import call_id
from contracts.model_port import ModelPort, Prompt, TextDelta
from contracts.pack import ModelTier
from contracts.steps import CallModel, Thought
from contracts.tool import ToolContract
from governance.budget import Budget, check_shares, greatest_cost
from storage.calls import Opened, add_cost, open_call, was_heard
from storage.database import DATABASE_ERRORS, Database
from storage.events import append_event
from storage.spending import hold_spending
from storage.vault import Vault

log = structlog.get_logger(__name__)

SETTLE_WITHIN = timedelta(seconds=15)
"""After its time is over a call that lives has told what it cost; of one that has not, nothing is held any more."""
_SHORTEST = timedelta(seconds=2)
"""For which a model is asked at least, though the turn's time is over."""


@dataclass(frozen=True)
class Ready:
    """A call that has been opened, with the prompt it will send."""

    place: CallPlace
    scene: Scene
    tier: ModelTier
    prompt: Prompt
    retracted: bool
    """Words of an earlier attempt, or of an earlier step, were taken back as it was opened."""


class CallModelActivity:
    """Activity `call_model`. `default_is_free`: the stand-in is the default server, and none of its calls is paid."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        companies: Companies,
        port: ModelPort,
        *,
        budget: Budget,
        default_is_free: bool,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._vault = vault
        self._companies = companies
        self._port = port
        self._budget = budget
        self._default_is_free = default_is_free
        self._metrics = metrics

    @activity.defn(name="call_model")
    async def call_model(self, given: CallModel) -> Thought:
        """One model call. A retry of a finished call returns its outcome and calls no model.

        Raises ApplicationError with the failure's code, retryable or not, after the wait the provider asked for.
        """
        try:
            with bound_contextvars(request_id=given.ref.request_id, tier=given.tier):
                async with heartbeats():
                    return await self._call(given)
        except ModelFailed as error:
            self._metrics.model_ended(given.tier, error.code)
            log.warning("model_failed", request_id=given.ref.request_id, code=error.code, tier=given.tier)
            wait = timedelta(seconds=error.retry_after) if error.retry_after is not None else None
            raise ApplicationError(
                str(error), type=error.code, non_retryable=not error.retryable, next_retry_delay=wait
            ) from None

    async def _call(self, given: CallModel) -> Thought:
        async with self._database.begin() as connection:
            ready = await self._make_ready(connection, given)
        if isinstance(ready, Thought) or ready.retracted:
            self._database.waker.wake(given.ref.request_id)
        if isinstance(ready, Thought):
            return ready
        speech = self._speech(ready)
        answer = Answer(started=time.monotonic(), asked=ready.prompt.size)
        is_settled = False
        try:
            await self._listen(ready, speech, answer)
            async with self._database.begin() as connection:
                thought = await finish_call(connection, ready.place, ready.tier, answer, speech)
            is_settled = True
        finally:
            self._count(ready, answer, speech)
            if not is_settled:
                await self._pay(ready, answer)
        self._metrics.model_ended(given.tier, thought.outcome)
        self._database.waker.wake(given.ref.request_id)
        return thought

    async def _pay(self, ready: Ready, answer: Answer) -> None:
        """Count what a call cost that failed, was switched off or cancelled: its provider bills what was heard.

        Where the database does not answer, the hold ends with its lease.
        """
        try:
            async with self._database.begin() as connection:
                await add_cost(connection, ready.place.call, ready.place.attempt, answer.usage(ready.tier).cost_micro)
        except DATABASE_ERRORS as error:
            log.warning("cost_not_counted", call_id=ready.place.call, error=type(error).__name__)

    def _count(self, ready: Ready, answer: Answer, speech: Speech) -> None:
        pack, usage = ready.scene.pack.name, answer.usage(ready.tier)
        self._metrics.model_used(pack, ready.place.given.tier, ready.tier.model, usage, answer.asks)
        self._metrics.spoken(pack, released=len(speech.sentences), withheld=int(speech.withheld is not None))

    async def _make_ready(self, connection: AsyncConnection, given: CallModel) -> Ready | Thought:
        ref = given.ref
        scene = await read_scene(connection, self._vault, self._companies, ref.request_id, ref.turn)
        tier = scene.pack.manifest.tiers[given.tier]
        opened = await self._open(connection, given, tier)
        if opened.outcome is not None:
            return Thought.model_validate(opened.outcome)
        if not opened.attempt or scene.request.holder != "agent":
            return Thought(outcome="lost")
        refuse_switched_off(scene.switches, scene.pack.name, given.tier, tier.model)
        offered = offer_tools(given.route, await self._allowed(connection, scene, given))
        prompt = assemble_prompt(scene, given, offered, mask_for_model(scene.known))
        writes = frozenset(name for name, tool in offered.company.items() if tool.is_write)
        titles = {name: tool.title for name, tool in offered.company.items()}
        place = CallPlace(
            given, opened.attempt, scene.pack.name, frozenset(offered.company), writes, titles, scene.tainted
        )
        ready = Ready(place, scene, tier, prompt, retracted=opened.attempt > 1 or bool(opened.abandoned))
        await self._hold_cost(connection, ready)
        return ready

    async def _allowed(self, connection: AsyncConnection, scene: Scene, given: CallModel) -> tuple[ToolContract, ...]:
        """The company's tools that policy could ever allow here; the fast route is offered none."""
        if given.route == "fast":
            return ()
        policies = await self._companies.in_force(connection, scene.request, scene.activation)
        if policies is None:
            return ()
        can_step_up = scene.pack.manifest.step_up is not None
        return policies.rights.allowed_tools(scene.request.acting, scene.pack.tools.values(), can_step_up=can_step_up)

    async def _hold_cost(self, connection: AsyncConnection, ready: Ready) -> None:
        """Hold what the call may cost; where that is not left, the transaction's end undoes it.

        It is the last statement of its transaction: near a limit every other call waits for the commit.
        """
        if not self._is_billed(ready.tier):
            return
        place, request = ready.place, ready.scene.request
        most = greatest_cost(ready.prompt.bytes, ready.tier.max_output_tokens, ready.tier.price)
        lease = _time_left() + SETTLE_WITHIN
        spent = await hold_spending(
            connection, place.call, place.attempt, request.request_id, most, lease=lease, budget=self._budget
        )
        if not check_shares(self._budget, spent, most, is_visitor=request.customer_id is None).allowed:
            raise ModelFailed("model.budget_spent", "the budget for models is spent, or this share", retryable=False)

    def _is_billed(self, tier: ModelTier) -> bool:
        """A server that the pack names sends bills, whatever answers for the other tiers."""
        return tier.base_url is not None or not self._default_is_free

    async def _open(self, connection: AsyncConnection, given: CallModel, tier: ModelTier) -> Opened:
        """Take an attempt; words that nobody will finish are taken back in the same transaction."""
        ref = given.ref
        call = call_id(ref.request_id, ref.turn, given.step)
        opened = await open_call(
            connection,
            call,
            ref.request_id,
            turn=ref.turn,
            step=given.step,
            tier=given.tier,
            model=tier.model,
            billed=self._is_billed(tier),
        )
        for heard in opened.abandoned:
            await append_event(connection, ref.request_id, "reply.retract", {"turn": ref.turn, "call": heard})
        if opened.attempt > 1 and await was_heard(connection, call, opened.attempt - 1):
            await append_event(connection, ref.request_id, "reply.retract", {"turn": ref.turn, "call": call})
        return opened

    def _speech(self, ready: Ready) -> Speech:
        scene, place = ready.scene, ready.place
        limits = scene.pack.manifest.channels.get(scene.request.channel)  # type: ignore[call-overload]
        return Speech(
            self._database,
            scene.request.request_id,
            place.call,
            place.attempt,
            turn=place.given.ref.turn,
            evidence=evidence_of(scene, place.given.passages),
            voice=scene.pack.voice,
            media=scene.pack.media,
            hold=limits is not None and not limits.can_retract,
            longest=limits.max_length if limits is not None and place.given.repair_of is None else None,
            notice=notice_for(scene.request, scene.wording),
        )

    async def _listen(self, ready: Ready, speech: Speech, answer: Answer) -> None:
        """Read the stream to its end, or until a check fails or somebody else has taken over."""
        stream = self._port.stream(ready.tier, ready.prompt, within=_time_left())
        async with aclosing(stream) as events:
            async for event in events:
                answer.take(event)
                if isinstance(event, TextDelta):
                    await speech.hear(event.text)
                if speech.over:
                    return
        _require_whole(answer)
        await speech.finish()
        if not answer.acts and not speech.sentences and not speech.over:
            raise ModelFailed("model.empty", "the model answered nothing", retryable=True)


def _require_whole(answer: Answer) -> None:
    """Raise ModelFailed where the answer is not all there. What a filter has cut, it will cut again."""
    if answer.finished is None:
        raise ModelFailed("model.broken_stream", "the model's stream ended early", retryable=True)
    if reason := answer.finished.incomplete:
        raise ModelFailed("model.cut", f"the answer was cut: {reason}", retryable=reason != "content_filter")


def _time_left() -> timedelta:
    """Until Temporal ends the call with all its attempts, by its own clock: a worker's may be wrong."""
    info = activity.info()
    end = info.scheduled_time + (info.schedule_to_close_timeout or timedelta(0))
    return max(end - info.started_time, _SHORTEST)
