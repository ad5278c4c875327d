"""Are arguments held to their contract, as the reference validator would, and mistakes told well?"""

import json
from typing import Any

import jsonschema
import pytest
from governance_samples import PAY, READ
from hypothesis import given
from hypothesis import strategies as st

from contracts.template import say_money
from governance.strict_json import MAX_DEPTH, NotStrict, parse_strict, shorten, write_plainly
from governance.validate_arguments import is_valid, parse_arguments, validate_arguments, validate_result

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=4), st.sampled_from([0.5, 1.0, 2.25])
)
INSTANCES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    ),
    max_leaves=6,
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "object", "array"])
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda kind: {"type": kind}, TYPES),
    st.builds(lambda kinds: {"type": kinds}, st.lists(TYPES, min_size=1, max_size=2, unique=True)),
    st.builds(lambda low, high: {"minimum": low, "exclusiveMaximum": high}, st.integers(-5, 5), st.integers(-5, 5)),
    st.builds(lambda low, high: {"minLength": low, "maxLength": high}, st.integers(0, 3), st.integers(0, 4)),
    st.builds(lambda values: {"enum": values}, st.lists(SCALARS, min_size=1, max_size=3)),
    st.builds(lambda value: {"const": value}, SCALARS),
    st.sampled_from([{"pattern": "^[a-z]+$"}, {"format": "date"}, {"multipleOf": 2}, {"uniqueItems": True}, {}]),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(
            lambda properties, required, opened: {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": opened,
            },
            st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
            st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True),
            st.booleans(),
        ),
        st.builds(lambda items: {"type": "array", "items": items, "maxItems": 2}, inner),
        st.builds(
            lambda kind, choices: {kind: choices},
            st.sampled_from(["anyOf", "oneOf", "allOf"]),
            st.lists(inner, min_size=1, max_size=2),
        ),
        st.builds(lambda one: {"not": one}, inner),
    ),
    max_leaves=5,
)


@given(schema=SCHEMAS, instance=INSTANCES)
def test_the_fast_validator_says_what_the_reference_says(schema: dict[str, Any], instance: Any) -> None:
    reference = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).is_valid(instance)
    assert is_valid(schema, instance) == reference


@pytest.mark.parametrize(
    ("format", "good", "bad"),
    [
        ("date", "2026-02-28", "2026-02-30"),
        ("date-time", "2026-02-28T10:00:00Z", "2026-02-28 10:00"),
        ("email", "anna@example.com", "anna"),
        ("uuid", "2c1b0c6e-7c39-4e53-9a53-0a2d6a3a2f10", "2c1b0c6e"),
    ],
)
def test_formats_are_enforced(format: str, good: str, bad: str) -> None:
    schema: dict[str, Any] = {"type": "string", "format": format}
    assert is_valid(schema, good)
    assert not is_valid(schema, bad)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("duplicate_key", '{"a": {"b": 1, "b": 2}}'),
        ("not_finite", '{"a": NaN}'),
        ("not_finite", '{"a": -Infinity}'),
        ("not_finite", '{"a": 1e999}'),
        ("number_out_of_range", '{"a": 9007199254740992}'),
        ("number_out_of_range", '{"a": ' + "9" * 5000 + "}"),
        ("too_deep", "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)),
        ("too_deep", "[" * 60_000),
        ("too_large", '"' + "x" * 64_001 + '"'),
        ("bad_text", '{"a": "\\ud800"}'),
        ("bad_text", '{"\\u0000": 1}'),
        ("not_json", "{'a': 1}"),
        ("not_json", ""),
    ],
)
def test_ambiguous_json_is_refused(code: str, text: str) -> None:
    with pytest.raises(NotStrict) as refused:
        parse_strict(text)
    assert refused.value.code == code
    assert len(str(refused.value)) < 200


def test_the_deepest_json_allowed_is_parsed() -> None:
    text = "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)
    assert parse_strict(text) == json.loads(text)


@given(INSTANCES)
def test_plain_json_parses_to_what_it_says(value: Any) -> None:
    text = json.dumps(value)
    if "\\u0000" not in text and "\\ud" not in text:
        assert parse_strict(text) == value


@pytest.mark.parametrize(
    ("text", "means"), [("4500.0", 4500), ("45e2", 4500), ("-0.0", 0), ("0.5", 0.5), ("1e300", 1e300)]
)
def test_a_whole_number_is_one_however_it_is_spelt(text: str, means: float) -> None:
    parsed = parse_strict(text)
    assert parsed == means
    assert type(parsed) is type(means)


def test_an_amount_with_a_decimal_point_is_shown_as_money() -> None:
    assert say_money(parse_arguments('{"amount": 4500.0, "currency": "EUR"}').value) == "45.00 EUR"


def test_the_model_is_told_where_and_what() -> None:
    checked = validate_arguments(PAY, {"code": "K7Q2LM", "amount": {"amount": "45", "currency": "EUR"}})
    assert checked.verdict.detail == "/amount/amount: '45' is not of type integer."
    assert checked.errors[0].pointer == "/amount/amount"
    missing = validate_arguments(PAY, {"code": "K7Q2LM"})
    assert missing.verdict.detail == "/: 'amount' is required."
    extra = validate_arguments(PAY, {"code": "K7Q2LM", "amount": {"amount": 1, "currency": "EUR"}, "cod": "x"})
    assert "'cod' is not known here" in extra.verdict.detail


def test_values_are_quoted_short_and_as_the_model_wrote_them() -> None:
    checked = validate_arguments(PAY, {"code": "x" * 5_000, "amount": {"amount": 1, "currency": "EUR"}})
    assert len(checked.verdict.detail) < 300
    hidden = validate_arguments(PAY, {"code": "secret", "amount": None}, shown={"code": "<NAME_1>", "amount": None})
    assert "secret" not in str(hidden)
    assert "<NAME_1>" in str(hidden)


def test_a_result_that_breaks_its_contract_is_unreliable_and_not_quoted() -> None:
    assert validate_result(READ, {"points": 3}).verdict.allowed
    broken = validate_result(READ, {"points": "Anna Keller"})
    assert broken.verdict.code == "unreliable"
    assert broken.value is None
    assert "Keller" not in str(broken)


@pytest.mark.parametrize(
    ("schema", "result", "detail"),
    [
        ({"properties": {"points": {}}, "additionalProperties": False}, {"Anna Keller": 1}, "a key is not known here"),
        ({"additionalProperties": {"type": "integer"}}, {"Anna Keller": "x"}, "/: the value is not of type integer"),
        ({"propertyNames": {"maxLength": 3}}, {"Anna Keller": 1}, "is longer than"),
        ({"properties": {"a": {"items": {"type": "integer"}}}}, {"a": [1, "Keller"]}, "/a/1: the value is not"),
    ],
)
def test_what_an_unreliable_result_names_its_contract_names_too(
    schema: dict[str, Any], result: dict[str, Any], detail: str
) -> None:
    broken = validate_result(READ.model_copy(update={"result_schema": schema}), result)
    assert detail in broken.verdict.detail
    assert "Keller" not in str(broken)


def test_arguments_are_one_object() -> None:
    assert parse_arguments("3").verdict.code == "not_an_object"
    assert parse_arguments('{"a": 1}').value == {"a": 1}


@given(st.text())
def test_quotes_are_bounded(text: str) -> None:
    assert len(shorten(text)) <= 60


def test_a_pattern_made_to_blow_up_is_harmless() -> None:
    assert not is_valid({"type": "string", "pattern": r"^(a+)+\1$"}, "a" * 20_000 + "!")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r'{"last_name": "M\u00fcller"}', '{"last_name": "Müller"}'),
        (r'{"last_name": "\u004bel\u006cer", "n": 2}', '{"last_name": "Keller", "n": 2}'),
        (r'{"b": "\ud83d\ude00 \" \n"}', '{"b": "😀 \\" \\n"}'),
        (r'{"b": "\\u00fc"}', r'{"b": "\\u00fc"}'),
        ('{ "a":1.0 }', '{ "a":1.0 }'),
        (r'{"a": "\u0000"}', r'{"a": "\u0000"}'),
        (r'{"a": "\u00fc', r'{"a": "\u00fc'),
    ],
)
def test_arguments_are_kept_as_people_write_their_words(text: str, plain: str) -> None:
    assert write_plainly(text) == plain
