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


def _numbers() -> dict[str, int]:
    """Every number below a thousand as the one word that it is, and the thousands."""
    below = {word: number for number, word in enumerate(_SMALL)}
    for tens, word in enumerate(_TENS, start=2):
        below |= {word: tens * 10} | {f"{_SMALL[unit]}und{word}": tens * 10 + unit for unit in range(1, 10)}
    found = dict(below)
    for hundreds in range(1, 10):
        for start in {f"{_SMALL[hundreds]}hundert", "hundert" if hundreds == 1 else f"{_SMALL[hundreds]}hundert"}:
            found |= {start: hundreds * 100} | {
                start + word: hundreds * 100 + number for word, number in below.items() if number
            }
    found |= {f"{word}tausend": number * 1_000 for word, number in below.items() if number} | {"tausend": 1_000}
    del found["ein"]  # the article
    return found


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
    negations=words("nicht nichts nie niemals kein keine keinen keiner keinem ohne weder kaum"),
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
    denial=(
        r"ich bin (?:ein |eine )?(?:echter? |echte |richtiger? )?(?:mensch|person)\b"
        r"|\bkeine? (?:chatbot|bot|roboter|computer|maschine|ki|programm|automat)\b"
        r"|mit einem (?:echten |richtigen )?menschen"
    ),
    numbers=_numbers(),
    number_joins=frozenset(),
    figures=calendar(
        "januar februar märz april mai juni juli august september oktober november dezember",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    )
    | means(
        "Saturday: sonnabend",
        "day after tomorrow: übermorgen",
        "tomorrow: morgen",
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
    relatives=words("die der das den dem deren dessen welche welcher welches welchen"),
)
