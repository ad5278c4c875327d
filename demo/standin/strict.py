"""Which Responses requests does OpenAI refuse?"""

from typing import Any, get_args

from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from openai.types.responses.response_includable import ResponseIncludable
from openai.types.shared_params import Reasoning
from openai.types.shared_params.reasoning_effort import ReasoningEffort
from pydantic import TypeAdapter, ValidationError

from demo.standin.models import can_reason, check_model
from demo.standin.strict_input import check_input
from demo.standin.strict_schema import SchemaCheck, check_tool_name
from demo.standin.wire import Ask, Obj, Refused, Tool

ALLOWED = frozenset(ResponseCreateParamsStreaming.__annotations__) | frozenset(
    key for parent in ResponseCreateParamsStreaming.__orig_bases__ for key in getattr(parent, "__annotations__", {})
)
_SCALARS: dict[str, tuple[TypeAdapter[Any], str]] = {
    "instructions": (TypeAdapter(str | None), "a string"),
    "max_output_tokens": (TypeAdapter(int | None), "an integer"),
    "max_completion_tokens": (TypeAdapter(int | None), "an integer"),
    "max_tokens": (TypeAdapter(int | None), "an integer"),
    "parallel_tool_calls": (TypeAdapter(bool | None), "a boolean"),
    "store": (TypeAdapter(bool | None), "a boolean"),
    "stream": (TypeAdapter(bool | None), "a boolean"),
    "temperature": (TypeAdapter(float | None), "a decimal"),
    "top_p": (TypeAdapter(float | None), "a decimal"),
    "prompt_cache_key": (TypeAdapter(str | None), "a string"),
    "safety_identifier": (TypeAdapter(str | None), "a string"),
    "user": (TypeAdapter(str | None), "a string"),
    "metadata": (TypeAdapter(dict[str, str] | None), "an object of strings"),
    "include": (TypeAdapter(list[str] | None), "an array of strings"),
}
_INCLUDABLE = get_args(ResponseIncludable)
_EFFORTS = tuple(effort for effort in get_args(get_args(ReasoningEffort)[0]) if effort)
SEALED = "reasoning.encrypted_content"


def accept_response_request(body: Obj) -> Ask:
    """The request parsed, or `Refused` with OpenAI's status and error body."""
    check_parameters(body, ALLOWED)
    model = check_model(body.get("model"), status=400)
    check_limits(body, "max_output_tokens", least=16)
    _check_unsupported(body)
    reasoning = _check_reasoning(body, model)
    include = _check_include(body, model)
    tools = check_tools(body.get("tools") or [], nested=False)
    _check_tool_choice(body.get("tool_choice"), tools)
    items = check_input(body.get("input"), stored=body.get("store") is not False)
    return Ask(
        model=model,
        instructions=body.get("instructions") or "",
        items=tuple(items),
        tools=tuple(tools),
        body=body,
        stream=bool(body.get("stream")),
        max_output_tokens=body.get("max_output_tokens"),
        reasons=can_reason(model) and reasoning.get("effort") != "none",
        wants_summary=reasoning.get("summary") is not None,
        wants_sealed=SEALED in include,
    )


def check_parameters(body: Obj, allowed: frozenset[str]) -> None:
    """Refuse a parameter that the API does not know, or one of the wrong JSON type."""
    for name in body:
        if name not in allowed:
            raise Refused(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    for name, (adapter, wanted) in _SCALARS.items():
        if name not in body:
            continue
        try:
            adapter.validate_python(body[name], strict=True)
        except ValidationError as wrong:
            got = type(body[name]).__name__
            message = f"Invalid type for '{name}': expected {wanted}, but got {got} instead."
            raise Refused(message, param=name, code="invalid_type") from wrong


def check_limits(body: Obj, tokens: str, *, least: int) -> None:
    """Refuse a token limit (the parameter `tokens`) below `least`, and identifiers that are too long."""
    limit = body.get(tokens)
    if limit is not None and limit < least:
        raise Refused(
            f"Invalid '{tokens}': integer below minimum value. Expected a value >= {least}, but got {limit} instead.",
            param=tokens,
            code="integer_below_min_value",
        )
    for name in ("safety_identifier", "prompt_cache_key"):
        value = body.get(name)
        if value and len(value) > 64:
            raise Refused(
                f"Invalid '{name}': string too long. Expected a string with maximum length 64, "
                f"but got a string with length {len(value)} instead.",
                param=name,
                code="string_above_max_length",
            )
    if len(body.get("metadata") or {}) > 16:
        raise Refused("Invalid 'metadata': too many properties.", param="metadata", code="object_above_max_properties")


def _check_unsupported(body: Obj) -> None:
    if body.get("previous_response_id"):
        raise Refused(
            f"Previous response with id '{body['previous_response_id']}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    for name in ("background", "conversation", "prompt"):
        if body.get(name):
            raise Refused(
                f"Unsupported parameter: '{name}' is not supported by the stand-in, which stores nothing.",
                param=name,
                code="unsupported_parameter",
            )


def _check_reasoning(body: Obj, model: str) -> Obj:
    reasoning: Obj = body.get("reasoning") or {}
    if reasoning and not can_reason(model):
        first = f"reasoning.{next(iter(reasoning))}"
        raise _unsupported(first)
    for name in reasoning:
        if name not in Reasoning.__annotations__:
            raise Refused(
                f"Unknown parameter: 'reasoning.{name}'.", param=f"reasoning.{name}", code="unknown_parameter"
            )
    effort = reasoning.get("effort")
    check_effort(effort, "reasoning.effort")
    summary = reasoning.get("summary")
    if summary is not None and summary not in ("auto", "concise", "detailed"):
        raise _invalid_value("reasoning.summary", summary, ("auto", "concise", "detailed"))
    if can_reason(model) and effort != "none":
        for name in ("temperature", "top_p"):
            if body.get(name) not in (None, 1):
                raise _unsupported(name)
    return reasoning


def check_effort(effort: object, param: str) -> None:
    """Refuse a reasoning effort that there is not."""
    if effort is not None and effort not in _EFFORTS:
        raise _invalid_value(param, effort, _EFFORTS)


def _check_include(body: Obj, model: str) -> list[str]:
    include: list[str] = body.get("include") or []
    for number, name in enumerate(include):
        if name not in _INCLUDABLE:
            raise _invalid_value(f"include[{number}]", name, _INCLUDABLE)
    if SEALED in include and not can_reason(model):
        raise Refused("Encrypted content is not supported with this model.", param="include")
    return include


def check_tools(offered: Any, *, nested: bool) -> list[Tool]:
    """The offered functions; `nested` for Chat Completions, where they lie under `function`."""
    if not isinstance(offered, list):
        raise Refused("Invalid type for 'tools': expected an array of objects.", param="tools", code="invalid_type")
    tools: list[Tool] = []
    for number, entry in enumerate(offered):
        at = f"tools[{number}]"
        if not isinstance(entry, dict) or entry.get("type") != "function":
            got = entry.get("type") if isinstance(entry, dict) else entry
            raise _invalid_value(f"{at}.type", got, ("function",))
        if nested and not isinstance(entry.get("function"), dict):
            param = f"{at}.function"
            raise Refused(f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")
        tools.append(_check_tool(entry["function"] if nested else entry, f"{at}.function" if nested else at, nested))
    names = [tool.name for tool in tools]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise Refused(f"Duplicate function name in 'tools': '{twice}'.", param="tools", code="invalid_value")
    return tools


def _check_tool(tool: Obj, at: str, nested: bool) -> Tool:
    known = {"name", "description", "parameters", "strict"} | (set() if nested else {"type"})
    for key in tool:
        if key not in known:
            raise Refused(f"Unknown parameter: '{at}.{key}'.", param=f"{at}.{key}", code="unknown_parameter")
    check_tool_name(tool.get("name"), f"{at}.name")
    if tool.get("strict"):
        SchemaCheck(tool["name"], at).run(tool.get("parameters"))
    return Tool(tool["name"], tool.get("description") or "", tool.get("parameters") or {})


def _check_tool_choice(choice: Any, tools: list[Tool]) -> None:
    if choice is None or choice in ("none", "auto"):
        return
    if choice == "required":
        if not tools:
            raise Refused("Tool choice 'required' must be specified with 'tools' parameter.", param="tool_choice")
        return
    name = choice.get("name") if isinstance(choice, dict) else None
    if name is None:
        raise _invalid_value("tool_choice", choice, ("none", "auto", "required"))
    if name not in [tool.name for tool in tools]:
        raise Refused(f"Tool choice '{name}' not found in 'tools' parameter.", param="tool_choice")


def _unsupported(name: str) -> Refused:
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    return Refused(message, param=name, code="unsupported_parameter")


def _invalid_value(param: str, got: object, supported: tuple[str, ...]) -> Refused:
    listed = ", ".join(f"'{value}'" for value in supported)
    return Refused(f"Invalid value: '{got}'. Supported values are: {listed}.", param=param, code="invalid_value")
