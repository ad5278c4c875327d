"""Do the airline's Cedar policies answer as their cases say?"""

from pathlib import Path

import pytest
import yaml

from contracts.pack import Pack
from contracts.principal import Acting
from contracts.scenario import PolicyCase, ScenarioFile
from governance.rights import Resource, Rights

CASES = ScenarioFile.model_validate(
    yaml.safe_load(
        (Path(__file__).parents[2] / "packs" / "airline" / "tests" / "policies.yaml").read_text(encoding="utf-8")
    )
).policies


@pytest.fixture(scope="module")
def rights(airline: Pack) -> Rights:
    return Rights(airline.policies, airline.digest)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_policies_answer_as_the_case_says(airline: Pack, rights: Rights, case: PolicyCase) -> None:
    verdict = rights.decide(
        Acting(**case.principal.model_dump()), airline.tools[case.action], Resource("r", case.resource), case.context
    )
    assert verdict.allowed is case.allowed, verdict
    assert verdict.code == (case.because or "not_permitted")
    assert verdict.code != "policy_error"


def test_every_tool_has_a_case(airline: Pack) -> None:
    read_by_anyone = {"list_seats", "get_fare_rules", "get_flight_status"}
    covered = {case.action for case in CASES} | read_by_anyone
    named = {tool for tool in airline.tools if f'Action::"{tool}"' in airline.policies}
    assert named == set(airline.tools) - {"find_payment", "send_one_time_code"}
    assert {"change_flight", "charge_payment", "refund_payment", "credit_points"} <= covered


def test_a_visitor_is_offered_public_tools_only(airline: Pack, rights: Rights) -> None:
    offered = {tool.name for tool in rights.allowed_tools(Acting(), airline.tools.values())}
    public = {"search_flights", "list_seats", "get_fare_rules", "get_flight_status", "find_reservation"}
    assert offered == public


def test_a_signed_in_customer_is_offered_no_refund_and_no_read_back(airline: Pack, rights: Rights) -> None:
    anna = Acting(customer_id="C101", role="customer", assurance="verified")
    offered = {tool.name for tool in rights.allowed_tools(anna, airline.tools.values())}
    assert {"change_flight", "charge_payment", "list_reservations", "open_bag_case"} <= offered
    assert not {"find_payment", "refund_payment"} & offered


def test_an_identified_visitor_is_offered_no_write(airline: Pack, rights: Rights) -> None:
    acting = Acting(customer_id="C101", assurance="identified", reservations=("K7Q2LM",))
    offered = rights.allowed_tools(acting, airline.tools.values())
    assert {"get_reservation", "quote_change"} <= {tool.name for tool in offered}
    assert not [tool.name for tool in offered if tool.is_write]
