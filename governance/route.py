"""Who resolves this turn, and why?"""

from collections.abc import Callable
from typing import Final

from contracts.model import Contract
from contracts.request import RouteName
from contracts.steps import Classified, Screened


class RouteContext(Contract):
    """What the router knows besides the classification."""

    confidence_threshold: float
    clarified: bool = False
    """A clarifying question has been asked and not led anywhere yet."""
    failures: int = 0
    failures_before_person: int = 2
    open_flow: str | None = None
    open_plan: bool = False
    open_question: bool = False
    """The planner has asked the customer something that is not answered yet."""
    budget_left: bool = True
    model_up: bool = True
    intent_on: bool = True
    screened: Screened = Screened()


class Route(Contract):
    """Who resolves the turn, by which rule; `flow` on the controlled path; `clarify`: ask what is meant first.

    `keeps_plan`: the message does not belong to the open plan, which goes on afterwards at its step.
    """

    route: RouteName
    reason: str
    flow: str | None = None
    clarify: bool = False
    keeps_plan: bool = False


def _to_a_person(said: Classified, context: RouteContext) -> Route | None:
    reasons = {
        "self_harm": context.screened.to_person and "self_harm" in context.screened.flags,
        "emergency": context.screened.to_person,
        "wants_person": said.wants_person and not said.wishes,
        "anger": said.angry,
        "failures": context.failures >= context.failures_before_person,
        "pack_off": not said.pack_on,
    }
    reason = next((name for name, holds in reasons.items() if holds), None)
    return Route(route="person", reason=reason) if reason else None


def _without_a_model(said: Classified, context: RouteContext) -> Route | None:
    reasons = {
        "intent_off": not context.intent_on,
        "budget_spent": not context.budget_left,
        "model_down": not context.model_up,
    }
    reason = next((name for name, holds in reasons.items() if holds), None)
    if reason is None:
        return None
    flow = context.open_flow or (said.flow if reason != "intent_off" else None)
    return Route(route="controlled", reason=reason, flow=flow) if flow else Route(route="person", reason=reason)


def _goes_on(said: Classified, context: RouteContext) -> Route | None:
    if _needs_a_person(said, context):
        return None
    if context.open_flow is not None:
        return Route(route="controlled", reason="open_flow", flow=context.open_flow)
    if context.open_plan:
        aside = said.small_talk
        return Route(route="planner", reason="small_talk_in_plan" if aside else "open_plan", keeps_plan=True)
    if context.open_question and not _stands_alone(said, context):
        return Route(route="planner", reason="open_question", keeps_plan=True)
    return None


def _needs_a_person(said: Classified, context: RouteContext) -> bool:
    """Whether it is sure that people resolve this and there is a risk: nothing goes on beside it.

    Who says during a transfer that a caller told them to make it has not answered the planner's question.
    """
    return said.route == "person" and said.risk != "low" and said.confidence >= context.confidence_threshold


def _stands_alone(said: Classified, context: RouteContext) -> bool:
    """A sure, simple wish of its own rather than an answer: after "how can I help" a price question is one."""
    return said.route == "fast" and said.complexity == "simple" and said.confidence >= context.confidence_threshold


def _several(said: Classified, context: RouteContext) -> Route | None:
    """Several wishes take a plan with a branch for each; a person whom one of them wishes for comes after the rest."""
    return Route(route="planner", reason="several_wishes") if said.wishes else None


def _unsure(said: Classified, context: RouteContext) -> Route | None:
    if said.small_talk:
        return Route(route="fast", reason="small_talk")
    if said.intent and said.confidence >= context.confidence_threshold:
        return None
    if context.clarified:
        return Route(route="person", reason="unclear")
    if said.in_scope:
        return Route(route="planner", reason="unsure")
    return Route(route="fast", reason="unknown_wish", clarify=True)


def _by_intent(said: Classified, context: RouteContext) -> Route:
    if said.route == "person":
        return Route(route="person", reason="intent")
    if said.risk == "high":
        return Route(route="planner", reason="high_risk")
    if said.route == "controlled":
        reason = "intent" if said.flow else "no_flow"
        return Route(route="controlled" if said.flow else "planner", reason=reason, flow=said.flow)
    if said.route == "fast" and said.complexity == "complex":
        return Route(route="planner", reason="complex")
    return Route(route=said.route, reason="intent")


_RULES: Final[tuple[Callable[[Classified, RouteContext], Route | None], ...]] = (
    _to_a_person,
    _without_a_model,
    _goes_on,
    _several,
    _unsure,
    _by_intent,
)


def choose_route(said: Classified, context: RouteContext) -> Route:
    """Return the first rule's route: people first, then what works without a model, what is open, doubt, the intent."""
    return next(route for rule in _RULES if (route := rule(said, context)) is not None)
