"""How does Spanish say what the reply checks look for?"""

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
    endings,
    in_order,
    means,
    words,
)

_ENDINGS: Final = ("o", "a", "os", "as")
# Verbs in -ar without the ending: `cancel` gives `cancelado` and `cancelé`.
_REGULAR: Final = means(
    "cancelled: cancel anul",
    "booked: reserv contrat",
    "rebooked: cambi modific traslad",
    "refunded: reembols reintegr",
    "charged: carg cobr",
    "paid: pag",
    "credited: abon acredit",
    "opened: registr cre present tramit",
    "notified: notific inform avis",
    "sent: envi mand",
    "assigned: asign",
    "extended: prolong prorrog",
    "renewed: renov",
    "redeemed: canje",
    "replaced: reemplaz",
    "activated: activ",
    "deactivated: desactiv",
    "delivered: entreg",
    "checked_in: factur",
    "removed: elimin borr quit",
    "blocked: bloque congel",
    "unblocked: desbloque",
    "updated: actualiz ajust",
    "added: agreg",
    "upgraded: mejor",
    "transferred: transfer",
    "waived: perdon",
    "approved: aprob autoriz",
    "disputed: impugn reclam",
    "chosen: seleccion",
    "stopped: deten",
    "compensated: compens indemniz",
    "completed: complet finaliz proces realiz ejecut gestion arregl solucion solicit",
    "confirmed: confirm",
)
_OTHERS: Final = means(
    "refunded: devuelt",
    "issued: emitid",
    "opened: abiert",
    "sent: remitid",
    "extended: extendid",
    "ordered: pedid",
    "replaced: sustituid",
    "added: añadid incluid",
    "transferred: transferid",
    "granted: concedid",
    "recalled: revertid deshech",
    "chosen: elegid",
    "stopped: detenid",
    "done: hech list resuelt",
)
_TENS: Final = in_order("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_HUNDREDS: Final = in_order(
    "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
_SMALL: Final = in_order(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis",
    "diecisiete dieciocho diecinueve",
)
_TWENTIES: Final = in_order(
    "veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
)
_NUMBERS: Final = (
    {word: number for number, word in enumerate(_SMALL) if number != 1}
    | {word: 20 + number for number, word in enumerate(_TWENTIES, start=1)}
    | {word: 10 * number for number, word in enumerate(_TENS, start=2)}
    | {word: 100 * number for number, word in enumerate(_HUNDREDS, start=2)}
    | {word[:-2] + "as": 100 * number for number, word in enumerate(_HUNDREDS, start=2)}
    | {"cien": 100, "ciento": 100, "mil": 1_000, "millón": 1_000_000, "millones": 1_000_000, "veintiún": 21}
)


def _i_did(stem: str) -> str:
    """The first person of the past: `pagué`, `notifiqué`, `realicé`."""
    ends = {"g": "gu", "c": "qu", "z": "c"}
    return stem[:-1] + ends.get(stem[-1], stem[-1]) + "é"


SPANISH: Final = Tongue(
    deeds=endings({stem + "ad": deed for stem, deed in _REGULAR.items()} | _OTHERS, *_ENDINGS),
    did={_i_did(stem): deed for stem, deed in _REGULAR.items()}
    | means("rebooked: hice", "refunded: devolví", "added: añadí incluí", "sent: remití", "opened: abrí"),
    mine=words("he hemos había habíamos"),
    done=words("ha han sido fue fueron está están queda quedan quedó quedaron es son"),
    theirs=("usted ha", "ustedes han", "ha usted", "has", "habéis"),
    near=4,
    joins=words("y e"),
    negations=words("no nada nunca ningún ninguna ninguno tampoco jamás"),
    apart=words("y e pero sino"),
    of_others=words("sin"),
    no_denial=words("obstante solo sólo solamente hay"),
    conditions=words("si cuando antes hasta mientras aunque") | {"una vez"},
    modals=words(
        "puede pueden puedo podemos podría podrían debe deben debería quiere quieren desea desean será serán sea sean"
    ),
    adverbs=words("ya ahora está todo queda ha sido listo bien"),
    things=means(
        "hotel: hotel hoteles habitación",
        "bag: maleta maletas equipaje bulto",
        "seat: asiento asientos",
        "voucher: vale bono",
        "meal: comida",
        "insurance: seguro",
        "lounge: sala",
        "discount: descuento",
        "taxi: taxi",
    ),
    both=words("ambos ambas"),
    commits=words(
        "recibirá recibirás recibirán recibe tendrá tiene tienen obtendrá daremos daré damos pagaremos pagaré pagará",
        "pagamos reembolsaremos reembolsaré reembolsarán reembolsamos devolveremos devolveré devolverán devolvemos",
        "compensaremos compensaré abonaremos abonaré abonamos indemnizaremos vamos va van voy garantizamos garantizo",
        "garantizado garantizada será serán concedemos concederemos ofrecemos ofreceremos corresponde",
    ),
    gifts={
        "reembols": REFUND,
        "devol": REFUND,
        "reintegr": REFUND,
        "compens": COMPENSATION,
        "indemniz": COMPENSATION,
        "vale ": VOUCHER,
        "vales ": VOUCHER,
        "bono ": VOUCHER,
        "cupón": VOUCHER,
        "descuento": DISCOUNT,
        "rebaja": DISCOUNT,
        "abon": CREDIT,
        "ascenso": UPGRADE,
        "upgrade": UPGRADE,
    },
    present=words("es son está están queda quedan"),
    statives=("incluid", "abiert", "autorizad"),
    numbers=_NUMBERS,
    number_joins=frozenset({"y"}),
    figures=calendar(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "lunes martes miércoles jueves viernes sábado domingo",
    )
    | means(
        "September: setiembre",
        "day after tomorrow: pasado_mañana",
        "tomorrow: mañana",
        "day before yesterday: anteayer",
        "yesterday: ayer",
        "today: hoy",
        "minutes: minuto minutos",
        "hours: hora horas",
        "days: día días",
        "weeks: semana semanas",
        "months: mes meses",
        "years: año años",
        "nights: noche noches",
        "working days: días_hábiles días_laborables",
        "percent: por_ciento",
        "euros: euro euros",
        "dollars: dólar dólares",
        "pounds: libra libras",
        "kilos: kilo kilos kilogramos",
        "grams: gramos",
        "about: unos unas aproximadamente casi",
        "in all: en_total",
        "up to: hasta",
        "later: más_tarde",
        "earlier: antes",
        "there and back: ida_y_vuelta",
        "free of charge: gratis gratuito gratuita sin_coste sin_costo sin_cargo",
        "half: mitad media medio",
        "bag: maleta maletas equipaje",
        "flight: vuelo",
        "ticket: billete tarifa",
    ),
)
