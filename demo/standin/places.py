"""Which airport does a place name mean?"""

import re

CITIES = {
    "frankfurt": "FRA",
    "lisbon": "LIS",
    "lisboa": "LIS",
    "munich": "MUC",
    "berlin": "BER",
    "hamburg": "HAM",
    "london": "LHR",
    "paris": "CDG",
    "madrid": "MAD",
    "barcelona": "BCN",
    "rome": "FCO",
    "milan": "MXP",
    "vienna": "VIE",
    "zurich": "ZRH",
    "amsterdam": "AMS",
    "brussels": "BRU",
    "copenhagen": "CPH",
    "oslo": "OSL",
    "stockholm": "ARN",
    "helsinki": "HEL",
    "dublin": "DUB",
    "porto": "OPO",
    "athens": "ATH",
    "prague": "PRG",
    "warsaw": "WAW",
    "budapest": "BUD",
    "geneva": "GVA",
    "nice": "NCE",
    "lyon": "LYS",
    "dusseldorf": "DUS",
}


def code_of(place: str) -> str | None:
    """The IATA code of a place, given as a code or as a city the stand-in knows."""
    if re.fullmatch(r"[A-Z]{3}", place):
        return place
    return CITIES.get(place.strip().lower())


def codes_in(text: str) -> list[str]:
    """The airports a text names, by city or code, in their order."""
    found: list[str] = []
    for word in re.findall(r"[A-Za-z]+", text):
        code = CITIES.get(word.lower()) or (word if word in CITIES.values() else None)
        if code and code not in found:
            found.append(code)
    return found
