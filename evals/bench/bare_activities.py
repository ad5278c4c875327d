"""What do the steps of a bare turn do? The product's own pure work and the same calls out, and nothing kept."""

import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from pydantic import JsonValue
from temporalio import activity

from activities.assemble_prompt import assemble_prompt
from activities.companies import Company
from activities.delegate_rights import DelegatedTokens
from activities.finish_call import Answer
from activities.gather_evidence import evidence_of
from activities.guard_calls import NOT_COMPANY
from activities.heartbeats import heartbeats
from activities.masking import mask_known, mask_tree
from activities.offered_tools import MAKE_PLAN, OfferedTools, offer_tools
from activities.plans import judge_plan
from activities.scene import Scene
from activities.send_request import Answered, send_request
from contracts.model_port import Acted, Finished, FunctionCall, ModelPort, TextDelta
from contracts.steps import (
    CallModel,
    Classified,
    GuardCalls,
    Guarded,
    GuardedCall,
    InvokeTool,
    Retrieved,
    Say,
    Screened,
    Thought,
    ToolOutcome,
    TurnRef,
)
from contracts.tool import ToolContract
from evals.bench.bare_scene import Talk, Talks
from evals.bench.kinds import KINDS
from governance.canonical import canonical_bytes
from governance.extract_facts import extract_facts
from governance.guard_chain import CallProposal, GuardContext, guard_call
from governance.screen import screen
from governance.sentences import SentenceSplitter
from governance.sources import bind_identity
from governance.validate_arguments import parse_arguments, validate_result
from governance.validate_reply import validate_sentence


@dataclass(frozen=True)
class Teller:
    """Tells the driver by datagram how far a turn is: the bare side's only way out of the workflow."""

    port: int
    socket: socket.socket

    def tell(self, ref: TurnRef, state: str) -> None:
        """`replied` or `rested`."""
        self.socket.sendto(f"{ref.request_id} {state}".encode(), ("127.0.0.1", self.port))


@dataclass(frozen=True)
class Caller:
    """What calls the company's systems."""

    http: httpx2.AsyncClient
    tokens: DelegatedTokens


class BareActivities:
    """The activities of `BareConversation`."""

    def __init__(self, company: Company, port: ModelPort, caller: Caller, teller: Teller) -> None:
        self._company = company
        self._port = port
        self._caller = caller
        self._teller = teller
        self._talks = Talks(company)

    def _text(self, ref: TurnRef) -> str:
        return KINDS[ref.stimulus.key].text  # type: ignore[index]

    @activity.defn(name="classify")
    async def classify(self, ref: TurnRef) -> Classified:
        """The product's classifier."""
        text = self._text(ref)
        self._talks.of(ref).put(ref, 0, 0, "message", {"text": text})
        found = self._company.classifier.predict(text)
        known = self._company.pack.intents.get(found.intent)
        flow = known.flow if known else None
        return Classified(intent=found.intent, confidence=round(found.confidence, 4), flow=flow, in_scope=True)

    @activity.defn(name="screen")
    async def screen(self, ref: TurnRef) -> Screened:
        """The product's screening."""
        found = screen(self._text(ref))
        return Screened(flags=found.flags, to_person=found.to_person)

    @activity.defn(name="retrieve")
    async def retrieve(self, ref: TurnRef) -> Retrieved:
        """The product's search."""
        manifest = self._company.pack.manifest
        found = self._company.passages.search(self._text(ref), manifest.limits.passages, datetime.now(UTC).date())
        good = [one.passage.id for one in found if one.score >= manifest.thresholds.passage_score]
        return Retrieved(passages=tuple(good))

    @activity.defn(name="advance_flow")
    async def advance_flow(self, given: Say) -> Thought:
        """Say one sentence, as a controlled path does."""
        self._reply(self._talks.of(given.ref), given.ref, given.step, "Please sign in first.")
        return Thought(outcome="ended")

    @activity.defn(name="record_turn")
    async def record_turn(self, ref: TurnRef) -> Screened:
        """The turn is over."""
        self._teller.tell(ref, "rested")
        return Screened()

    @activity.defn(name="call_model")
    async def call_model(self, given: CallModel) -> Thought:
        """The same prompt, the same stream, the same checks of every sentence."""
        async with heartbeats():
            talk = self._talks.of(given.ref)
            scene = talk.scene(given.ref.turn)
            offered = offer_tools(given.route, self._allowed(scene, given))
            prompt = assemble_prompt(scene, given, offered, mask_known(talk.known()))
            evidence, splitter, said = evidence_of(scene, given.passages), SentenceSplitter(), list[str]()
            tier = scene.pack.manifest.tiers[given.tier]
            answer = Answer(started=0.0)

            def check(sentences: list[str]) -> None:
                for sentence in sentences:
                    said.append(validate_sentence(sentence, "".join(said), evidence, scene.pack.voice).text)

            async for event in self._port.stream(tier, prompt, within=timedelta(seconds=12)):
                match event:
                    case TextDelta(text=text):
                        check(splitter.feed(text))
                    case Acted():
                        answer.acts.append(event)
                    case Finished():
                        answer.finished = event
                    case _:
                        pass
            check(splitter.finish())
            return self._finish(talk, given, offered, answer, "".join(said).strip())

    def _allowed(self, scene: Scene, given: CallModel) -> tuple[ToolContract, ...]:
        tools = scene.pack.tools.values()
        return () if given.route == "fast" else self._company.rights.allowed_tools(scene.request.acting, tools)

    def _finish(self, talk: Talk, given: CallModel, offered: OfferedTools, answer: Answer, said: str) -> Thought:
        for n, act in enumerate(answer.acts):
            if isinstance(act.item, FunctionCall):
                talk.put(given.ref, given.step, n, "call", act.item.model_dump())
        if not answer.calls:
            self._reply(talk, given.ref, given.step, said)
            return Thought(outcome="replied")
        plan = None
        for index, call in enumerate(answer.calls):
            if call.name == MAKE_PLAN:
                judged = judge_plan(call.arguments, frozenset(offered.company))
                plan = judged.steps
                talk.observe(given.ref, given.step, index, call.call_id, judged.observation)
                steps = [
                    step.model_dump(mode="json") | {"state": "open"}
                    for step in (judged.plan.steps if judged.plan else ())
                ]
                talk.goal, talk.plan = judged.plan.goal if judged.plan else None, {"steps": steps}
        return Thought(outcome="acts", calls=len(answer.calls), plan=plan)

    def _reply(self, talk: Talk, ref: TurnRef, step: int, text: str) -> None:
        talk.put(ref, step, 40, "reply", {"text": text, "by": "agent"})
        talk.plan = talk.goal = None
        self._teller.tell(ref, "replied")

    @activity.defn(name="guard_calls")
    async def guard_calls(self, given: GuardCalls) -> Guarded:
        """The product's chain of guards over every proposed call."""
        talk = self._talks.of(given.ref)
        scene = talk.scene(given.ref.turn)
        context = GuardContext(
            pack=scene.pack.name,
            contracts=scene.pack.tools,
            acting=scene.request.acting,
            rights=self._company.rights,
            now=datetime.now(UTC),
            plan_tools=frozenset(given.plan_tools or ()),
            facts=scene.facts,
            customer_words=scene.customer_words,
            tokens=scene.tokens,
            policy_context={"represents": list[JsonValue]()},
        )
        calls: list[GuardedCall] = []
        for index, entry in enumerate(talk.calls(given.ref, given.step)):
            if entry.body["name"] not in NOT_COMPANY:
                judged = guard_call(CallProposal(tool=entry.body["name"], arguments=entry.body["arguments"]), context)
                allowed = not judged.verdict.stops
                calls.append(GuardedCall(index=index, tool=entry.body["name"], kind="read", allowed=allowed))
        return Guarded(calls=tuple(calls))

    @activity.defn(name="invoke_tool")
    async def invoke_tool(self, given: InvokeTool) -> ToolOutcome:
        """The same call of the company's system, its result validated and masked."""
        async with heartbeats():
            talk = self._talks.of(given.ref)
            scene = talk.scene(given.ref.turn)
            call = talk.calls(given.ref, given.step)[given.index].body
            contract = scene.pack.tools[given.tool]
            parsed: Any = parse_arguments(call["arguments"]).value
            arguments = bind_identity(parsed, contract, scene.request.acting).arguments
            now = datetime.now(UTC)
            acting = scene.request.acting
            token = self._caller.tokens.mint(
                contract, acting, talk.request_id, scene.pack.name, now=now, until=now + contract.overlay.timeout
            )
            sent = await send_request(
                self._caller.http,
                contract,
                contract.request(arguments),
                token=token,
                keys={},
                idempotency_key=None,
                within=contract.overlay.timeout,
            )
            if not isinstance(sent, Answered) or not validate_result(contract, sent.body).verdict.allowed:
                raise RuntimeError(f"{given.tool} did not answer as declared")
            safe = mask_tree(sent.body, mask_known(talk.known()))
            talk.facts.extend(extract_facts(contract, safe, call["call_id"], now))
            output = canonical_bytes({"result": safe}).decode()
            talk.observe(given.ref, given.step, given.index, call["call_id"], output)
            for step in (talk.plan or json.loads('{"steps": []}'))["steps"]:
                step["state"] = "done" if step["tool"] == given.tool else step["state"]
            return ToolOutcome(status="done")
