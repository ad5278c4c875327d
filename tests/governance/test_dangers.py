"""Is it noticed when somebody's life is in danger, and not mistaken for a question about packing?"""

import pytest

from contracts.steps import Classified, Screened
from governance.route import RouteContext, choose_route
from governance.screen import screen

ENDANGERED = [
    ("I think I'm having a heart attack", "emergency"),
    ("there is a man with a bomb in the terminal at gate B12", "emergency"),
    ("There’s a gun on board", "emergency"),
    ("please call an ambulance", "emergency"),
    ("my father can’t breathe", "emergency"),
    ("Mein Mann hat einen Herzinfarkt", "emergency"),
    ("Jemand hat eine Waffe am Gate", "emergency"),
    ("Rufen Sie bitte einen Krankenwagen", "emergency"),
    ("hay una bomba en la puerta 12", "emergency"),
    ("mi madre no puede respirar", "emergency"),
    ("mon père fait une crise cardiaque", "emergency"),
    ("il y a une bombe dans la valise", "emergency"),
    ("I lost everything, I just want to die", "self_harm"),
    ("Ich will nicht mehr leben", "self_harm"),
    ("ich bringe mich um", "self_harm"),
    ("quiero morir", "self_harm"),
    ("je veux mourir", "self_harm"),
]
HARMLESS = [
    "My phone battery is dying",
    "May I take a gun in my checked bag?",
    "Can I carry my insulin pump?",
    "¿Puedo llevar una bomba de insulina?",
    "Darf ich eine Waffe im Koffer mitnehmen?",
    "je voyage avec une bombe de laque",
    "There is a fire sale, is that right?",
    "the prices are killing me",
    "Where is the emergency exit row?",
]


@pytest.mark.parametrize(("text", "danger"), ENDANGERED)
def test_a_danger_goes_to_a_person_at_once_under_its_name(text: str, danger: str) -> None:
    screened = screen(text)
    route = choose_route(
        Classified(intent="greeting", confidence=1.0, route="fast", complexity="simple"),
        RouteContext(confidence_threshold=0.4, screened=Screened(flags=screened.flags, to_person=screened.to_person)),
    )
    assert (route.route, route.reason) == ("person", danger)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_endangers_nobody_is_not_taken_for_it(text: str) -> None:
    assert not screen(text).to_person
