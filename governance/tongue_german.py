"""How does German say what the reply checks look for? Case-folded: `ss` for `ß`."""

from typing import Final

from governance.tongues import (
    COMPENSATION,
    CREDIT,
    DISCOUNT,
    REFUND,
    UPGRADE,
    VOUCHER,
    Tongue,
    calendar,
    in_order,
    means,
    words,
)

_SMALL: Final = in_order(
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn",
    "siebzehn achtzehn neunzehn",
)
_TENS: Final = in_order("zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig")


def _below_hundred() -> dict[str, int]:
    found = {word: number for number, word in enumerate(_SMALL)}
    for tens, word in enumerate(_TENS, start=2):
        found |= {word: tens * 10} | {f"{_SMALL[unit]}und{word}": tens * 10 + unit for unit in range(1, 10)}
    return found


_BELOW_HUNDRED: Final = _below_hundred()


def _compound(word: str) -> int | None:
    """A number below a million that is one word: `zweitausenddreihundert`, `hundertundzehn`."""
    if "hundert" not in word and "tausend" not in word:
        return None
    thousands, is_parted, rest = word.rpartition("tausend")
    parts = [_below_thousand(part) if part else 0 for part in (thousands, rest.removeprefix("und"))]
    if None in parts:
        return None
    many, few = parts[0] or int(bool(is_parted)), parts[1] or 0
    return many * 1_000 + few


def _below_thousand(word: str) -> int | None:
    """With its hundreds, of which there may be more than nine: `fünfzehnhundert`."""
    hundreds, is_parted, rest = word.rpartition("hundert")
    many = _ONE_TO_99.get(hundreds, 1 if is_parted and not hundreds else 0)
    few = _ONE_TO_99.get(rest.removeprefix("und") if is_parted else rest, 0)
    if (hundreds and not many) or (rest and not few):
        return None
    return many * 100 + few


_ONE_TO_99: Final = {word: number for word, number in _BELOW_HUNDRED.items() if number}
# Without "ein", which is the article; from a hundred on `_compound` reads them.
_NUMBERS: Final = {word: number for word, number in _BELOW_HUNDRED.items() if word != "ein"} | {
    "million": 1_000_000,
    "millionen": 1_000_000,
}


GERMAN: Final = Tongue(
    deeds=means(
        "cancelled: storniert annulliert gekündigt abgesagt",
        "booked: gebucht reserviert",
        "rebooked: umgebucht verlegt verschoben geändert getauscht umgetauscht gewechselt",
        "refunded: erstattet rückerstattet zurückerstattet zurückgezahlt zurücküberwiesen",
        "charged: abgebucht belastet eingezogen",
        "paid: bezahlt ausgezahlt gezahlt",
        "credited: gutgeschrieben gewährt",
        "issued: ausgestellt",
        "opened: eröffnet angelegt erfasst aufgenommen gemeldet eingereicht",
        "notified: benachrichtigt informiert",
        "sent: gesendet geschickt verschickt versandt zugesandt zugeschickt",
        "assigned: zugewiesen zugeteilt",
        "extended: verlängert",
        "renewed: erneuert",
        "redeemed: eingelöst",
        "ordered: bestellt",
        "replaced: ersetzt",
        "activated: aktiviert freigeschaltet",
        "deactivated: deaktiviert",
        "unblocked: entsperrt freigegeben",
        "delivered: ausgeliefert zugestellt",
        "checked_in: eingecheckt",
        "removed: entfernt gelöscht",
        "blocked: gesperrt blockiert eingefroren",
        "updated: aktualisiert angepasst",
        "added: hinzugefügt hinzugebucht dazugebucht",
        "upgraded: hochgestuft",
        "transferred: überwiesen übertragen",
        "waived: erlassen",
        "approved: genehmigt bewilligt",
        "disputed: beanstandet angefochten",
        "chosen: ausgewählt ausgesucht",
        "recalled: zurückgerufen zurückgeholt rückgängig",
        "stopped: gestoppt beendet",
        "compensated: entschädigt",
        "completed: erledigt abgeschlossen durchgeführt ausgeführt veranlasst vorgenommen bearbeitet beantragt",
        "confirmed: bestätigt",
        "done: getan gemacht",
    ),
    did={},
    mine=words("habe hab haben hatte hatten"),
    done=words("hat wurde wurden worden ist sind war waren hatte hatten sei seien"),
    theirs=("sie haben", "haben sie", "sie hatten", "du hast", "hast du", "ihr habt"),
    near=None,
    joins=words("und sowie"),
    negations=words("nicht nichts nie niemals kein keine keinen keiner keinem weder kaum"),
    apart=words("und sowie sondern aber"),
    of_others=words(
        "der die den dem des ein eine einen einem einer eines ihr ihre ihren ihrem ihrer ihres unser unsere unseren",
        "mit zu für von bei auf aus unter gegen wegen trotz ohne",
    ),
    no_denial=words("nur zuletzt"),
    conditions=words("wenn falls sobald sofern bevor bis ob nachdem"),
    modals=words(
        "kann können könnte könnten muss müssen musste soll sollen sollte möchte möchten würde würden darf dürfen"
    ),
    adverbs=words("jetzt schon bereits soeben gerade nun alles ist erfolgreich"),
    things=means(
        "hotel: hotel hotels zimmer hotelzimmer",
        "bag: koffer gepäck gepäckstück gepäckstücke tasche",
        "seat: sitz sitzplatz sitzplätze platz",
        "voucher: gutschein gutscheine",
        "meal: mahlzeit essen",
        "insurance: versicherung",
        "lounge: lounge",
        "wheelchair: rollstuhl",
        "upgrade: upgrade",
        "discount: rabatt nachlass",
        "taxi: taxi",
    ),
    both=words("beide beiden"),
    commits=words(
        "erhalten erhältst bekommen bekommst kriegen werden wird werde zahlen zahle erstatten erstatte gewähren",
        "gewähre garantieren garantiert überweisen überweise schenken geben gebe schreiben schreibe anspruch steht ",
        "sichern entschädigen übernehmen ersetzen spendieren",
    ),
    gifts={
        "erstatt": REFUND,
        "rückerstatt": REFUND,
        "zurückerstatt": REFUND,
        "rückzahlung": REFUND,
        "zurückzahl": REFUND,
        "entschädig": COMPENSATION,
        "ausgleichszahlung": COMPENSATION,
        "schadenersatz": COMPENSATION,
        "gutschein": VOUCHER,
        "gutschrift": CREDIT,
        "gutgeschrieben": CREDIT,
        "rabatt": DISCOUNT,
        "nachlass": DISCOUNT,
        "ermässigung": DISCOUNT,
        "upgrade": UPGRADE,
        "hochstuf": UPGRADE,
    },
    numbers=_NUMBERS,
    compound=_compound,
    number_joins=frozenset(),
    figures=calendar(
        "januar februar märz april mai juni juli august september oktober november dezember",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    )
    | means(
        "Saturday: sonnabend",
        "day after tomorrow: übermorgen",
        "tomorrow: morgen",
        "day before yesterday: vorgestern",
        "yesterday: gestern",
        "today: heute",
        "minutes: minute minuten",
        "hours: stunde stunden",
        "days: tag tage tagen",
        "weeks: woche wochen",
        "months: monat monate monaten",
        "years: jahr jahre jahren",
        "nights: nacht nächte nächten",
        "working days: werktag werktage werktagen arbeitstage arbeitstagen",
        "percent: prozent",
        "euros: euro",
        "dollars: dollar",
        "pounds: pfund",
        "kilos: kilo kilogramm",
        "grams: gramm",
        "about: etwa ungefähr circa ca rund knapp",
        "in all: insgesamt",
        "up to: bis_zu",
        "later: später",
        "earlier: früher",
        "there and back: hin_und_zurück",
        "free of charge: kostenlos kostenfrei gratis gebührenfrei",
        "half: halb halbe halben",
        "bag: koffer gepäckstück gepäckstücks gepäck",
        "carry-on: handgepäck",
        "flight: flug",
        "ticket: ticket flugschein tarif",
    ),
    present=words("ist sind"),
    relatives=words("die der das den dem deren dessen welche welcher welches welchen"),
)
