"""In which language is a text written? By its commonest words; unsure where few of them stand in it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from governance.words import word_set

# Function words, and the words of a service desk. A word of several languages counts for each of them by its share.
_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": word_set(
        "the a an and or but of to in on at for from with by is are was were be been have has had do does did",
        "will would can could may must should not no it its this that these those there here you your we our i my",
        "me us they them what which who when where how if so as than then please thank sorry yes before after",
        "until within about more flight booking account card payment refund bag baggage ticket transfer cancelled",
        "booked paid help want need",
    ),
    "de": word_set(
        "der die das den dem des ein eine einen einem einer und oder aber von zu im in am an auf für aus mit bei",
        "ist sind war waren sein haben hat hatte wird werden wurde kann können muss soll nicht kein keine es dies",
        "diese dieser ich mein meine meinen mir mich sie ihr ihre ihren ihnen wir uns unser du dein was wann wo",
        "wie wenn als dann bitte danke leider ja nein vor nach bis über mehr noch schon auch flug buchung konto",
        "karte zahlung koffer gepäck storniert gebucht überweisung umbuchen erstattet habe",
    ),
    "es": word_set(
        "el la los las un una unos unas y o pero de del a al en para por con sin es son era fue ser estar está",
        "están ha han he hemos hay haber tiene tengo puede puedo debe no ni lo le les se su sus mi mis tu tus me",
        "nos esto esta este ese esa yo usted ustedes qué que cuándo cuando dónde donde cómo como si más muy",
        "también ya favor gracias antes después hasta vuelo reserva cuenta tarjeta pago reembolso equipaje maleta",
        "billete transferencia cancelado cancelar cambiar reservado pagado quiero necesito ayuda mañana",
    ),
    "fr": word_set(
        "le la les l un une des du de d et ou mais à au aux en dans sur pour par avec sans est sont était être a",
        "ont ai avons avez avoir peut pouvez dois ne pas n ce cet cette ces il elle je j mon ma mes vous votre",
        "vos nous notre nos qui que qu quand où comment si plus très aussi déjà merci désolé oui non avant après",
        "jusqu vol réservation compte carte paiement remboursement bagage valise billet virement annulé réservé",
        "payé voudrais veux demain",
    ),
    "it": word_set(
        "il lo la i gli le un uno una e o ma di del della dei da dal in nel con su per è sono era essere ha hanno",
        "ho abbiamo avere può deve non mi ti si ci vi mio mia tuo sua suo suoi questo questa io lei lui noi voi",
        "che chi cosa quando dove come se più molto anche già grazie prego sì prima dopo fino volo prenotazione",
        "conto carta pagamento rimborso bagaglio valigia biglietto bonifico cancellato annullato prenotato pagato",
        "vorrei domani",
    ),
    "pt": word_set(
        "o a os as um uma uns e ou mas de do da dos das em no na nos nas para por com sem é são era foi ser estar",
        "está tem tenho pode posso deve não nem lhe se seu sua seus meu minha eu você vocês nós isto esta este",
        "esse quando onde como mais muito também já obrigado obrigada sim antes depois até voo reserva conta",
        "cartão pagamento reembolso bagagem mala bilhete transferência cancelado cancelar cancelei cancelada",
        "reservado pago quero preciso amanhã",
    ),
    "nl": word_set(
        "de het een en of maar van naar in op aan voor uit met bij is zijn was waren heeft hebben had wordt",
        "worden kan kunnen moet zal niet geen dit dat deze die ik mijn mij u uw je jij we wij ons onze zij wat",
        "wanneer waar hoe als dan alstublieft bedankt ja nee na tot meer ook al vlucht boeking rekening kaart",
        "betaling koffer bagage ticket geannuleerd geboekt betaald overboeking wil morgen",
    ),
}
NAMES: Final = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
}
_WORD: Final = re.compile(r"[^\W\d_]+")
_TOKEN: Final = re.compile(r"<[A-Z_]+_\d+>")
_ENOUGH: Final = 2.0
"""Words of one language, by their shares, from which on a text may be told."""
_LEAD: Final = 1.6
"""How many times as many as of any other language."""
_SHARE: Final = 0.3
"""Of all words of the text: names of places and people are of no language."""


def language_of(text: str) -> str | None:
    """The language of a text as an ISO 639-1 code, where it is plain; None where it is not. Linear."""
    words = [word.casefold() for word in _WORD.findall(_TOKEN.sub(" ", text))]
    scores: defaultdict[str, float] = defaultdict(float)
    for word in words:
        known = [language for language, its in _WORDS.items() if word in its]
        for language in known:
            scores[language] += 1 / len(known)
    ranked = sorted(((score, language) for language, score in scores.items()), reverse=True)
    (most, best), (next_most, _) = [*ranked, (0.0, ""), (0.0, "")][:2]
    is_plain = most >= _ENOUGH and most >= _LEAD * next_most and most >= _SHARE * len(words)
    return best if is_plain else None


def served_locale(text: str, locales: Sequence[str]) -> str | None:
    """The first of the locales that is of the text's language, where that is plain."""
    language = language_of(text)
    return next((locale for locale in locales if locale.split("-")[0] == language), None) if language else None
