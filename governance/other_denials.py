"""How do German, Spanish and French deny that a machine speaks? Case-folded: `ss` for `ß`."""

import re
from typing import Final

from governance.denial_forms import WORD, Denial, up_to

# German. "Keine Maschine" is a flight, too, and "kein Automat" one at the gate; a bot is hardly ever anything else.
_OTHER_THING: Final = (
    r"(?!-(?:lesbar|expert(?:e|en|in)|fach(?:mann|frau|leute)|techniker|spezialist|fehler|problem|störung)\b)"
)
_BOT: Final = (
    r"(?:(?:(?:chat|voice|sprach|telefon|service|antwort)-?)?(?:bots?|roboter[ns]?)|sprachcomputer[ns]?|ki|ai|k\.i"
    rf"|künstliche[nr]? intelligenz(?:en)?|sprachmodelle?[ns]?)\b{_OTHER_THING}"
)
_COMPUTER: Final = (
    r"(?:computer[ns]?|maschinen?|(?:computer|software)?programme?[ns]?|automat(?:en)?|algorithmus|software)\b"
    + _OTHER_THING
)
_ASSISTANT: Final = (
    r"(?:virtuell|digital|automati|maschinell|künstlich)\w* (?:assisten|agent|berater|mitarbeiter|system|helfer|stimme)"
)
_SUCH: Final = rf"(?:{WORD}e[mnrs]? )?"
_NO: Final = rf"\bkeine?[mnrs]? {_SUCH}"
_NOT_A: Final = r"\b(?:nicht|nie|niemals)"
_WITH: Final = "(?:mit|von|aus|durch|bei)"
_TURNS: Final = "aber|als|da|dass|damit|denn|falls|ob|sobald|sondern|und|weil|wenn"
_NO_FURTHER: Final = rf"\bkeine?[mnrs]?{up_to(3, f'{_TURNS}|bin|ich|oder|sie|sind|wie|wir')}"
_TALKS: Final = (
    r"(?:schreibt|antwortet|spricht|redet|chattet|tippt|liest|sitzt|steckt|hilft|beantwortet|berät|betreut|bedient"
    r"|sagt)"
)
_SPEAK: Final = "(?:sprechen|sprichst|schreiben|schreibst|reden|redest|chatten|chattest)"
_SURELY: Final = "(?:ja|doch|natürlich|selbstverständlich|wirklich|tatsächlich)"
_REAL: Final = "(?:echte[rn]?|richtige[rn]?|wirkliche[rn]?)"
_HUMAN: Final = (
    rf"\b(?:ich bin|bin ich) (?:{_SURELY} )*(?:ein |eine )?(?:{_REAL} )?(?:mensch|person)\b"
    rf"|\b(?:sie {_SPEAK}|du {_SPEAK}|(?:hier|gerade|{_SURELY}) {_SPEAK} (?:sie|du)) "
    rf"(?:(?:hier|gerade|jetzt|{_SURELY}) )*mit einem (?:{_REAL} )?menschen\b"
    rf"|\bhier {_TALKS} (?:ihnen )?(?:{_SURELY} )*eine? (?:{_REAL} )?(?:mensch|person)\b"
    r"|\bich bin (?:\w+ )?aus fleisch und blut\b"
)
_NOT_AUTOMATIC: Final = (
    rf"\b(?:das|dies|hier|antwort|nachricht|text|chat|gespräch|unterhaltung|antworten|nachrichten)(?: {WORD}){{0,2}}"
    rf" (?:ist|war|wurde|sind|werden|wurden) (?:{WORD} ){{0,2}}"
    r"(?:keine? automat\w+ (?:antwort|nachricht|text|mail|chat)|nicht automat(?:isch|isiert))"
)
_PLACE: Final = (
    rf"(?:in|an|auf|am|im|vor|neben|beim) (?:{WORD} ){{0,2}}(?:filialen?|gates?|flughafen|bahnhof|terminal|schalter"
    r"|standort|ort|halle|lobby|hotel|nähe|geschäft|station)"
)
GERMAN: Final = Denial(
    surely=re.compile(
        rf"{_HUMAN}|{_NOT_AUTOMATIC}|{_NO_FURTHER} (?:{_BOT}|{_ASSISTANT})"
        rf"|\b(?:ohne|weder) (?:(?:irgend)?eine? )?{_SUCH}{_BOT}"
        rf"|{_NOT_A}{up_to(4, _TURNS)} {_BOT}(?! (?:{WORD} ){{0,2}}(?:möcht|woll|will))"
        rf"|\b{_WITH} (?:eine[mr] )?{_BOT} (?:{_SPEAK}|haben|hast) (?:{WORD} ){{1,4}}nicht\b"
        rf"|\b(?:ich bin|bin ich|wir sind|sind wir){up_to(6, _TURNS.replace('|und', ''))} "
        rf"(?:keine?|nicht (?:irgend)?eine?) {_SUCH}{_COMPUTER}"
        rf"|\b{_TALKS}{up_to(6, _TURNS)} keine? {_SUCH}{_COMPUTER}|{_NO}{_COMPUTER},? (?:{WORD} ){{0,4}}?{_TALKS}\b"
        rf"|\b{_WITH} keine[mr] {_SUCH}{_COMPUTER}|{_NOT_A}{up_to(2, _TURNS)} {_WITH} (?:irgend)?eine[mr] {_COMPUTER}"
        rf"|\balles andere als (?:eine? )?{_SUCH}(?:{_BOT}|{_COMPUTER})|\bmit {_BOT} (?:{WORD} ){{1,3}}nichts zu tun\b"
        rf"|(?:^|[.,;:!?\n–—])(?![^.,;:!?\n–—]*\bbrauch)[^.,;:!?\n–—]*\bund keine? {_COMPUTER}(?=\s*(?:$|[.,;:!?–—]))"
        rf"|{_NO}{_COMPUTER}[^.;:!?\n]{{0,60}}\bsondern (?:ich|wir|(?:eine? )?(?:{WORD}e[rs]? )?"
        r"(?:mensch|person|mitarbeiter|kolleg))"
    ),
    perhaps=re.compile(rf"(?:{_NO}|\bweder (?:eine? )?|{_NOT_A} (?:irgend)?eine? ){_COMPUTER}"),
    other_matter=re.compile(
        r"\b(?:nötig|notwendig|erforderlich|gebraucht|benötigt|benötigen|frei|verfügbar|vorhanden|installieren"
        r"|herunterladen|wenn|falls|sofern)\b|(?<!\bwir )\bbrauch(?:en|st|t)\b(?! wir\b)"
        r"|\b(?:haben|hast) (?:sie |du )?keine?n? \w+$|\bgibt (?:es )?(?:dafür|hierfür|dazu)\b"
        r"|\b(?:dafür|hierfür|dazu) gibt\b|\bprogramme? (?:für|zum|zur)\b|\bmaschinen? (?:mehr|von uns|nach|aus)\b"
        r"|^(?=.*\bmaschinen?\b)(?=.*\b(?:flieg(?:t|en)|start(?:et|en)|land(?:et|en)|unterwegs)\b)"
        r"|^(?=.*\bmaschinen?\b)(?=.*\b(?:ich|wir)\b)(?=.*\b(?:finden?|gefunden|buchen)\b)"
        rf"|^(?!.*\b(?:das|dies)\b)(?=.*\b{_PLACE}\b)(?=.*\b(?:steht|stehen|gibt|ist|sind|haben|hängt|funktioniert)\b)"
    ),
)

_ES_BOT: Final = (
    r"(?:(?:chat|ro)?bots?|ias?|inteligencias? artificial(?:es)?|modelos? de lenguaje|sistemas? automati\w+"
    r"|sistemas? automátic\w+|asistentes? (?:virtual|digital|automátic|automatiz)\w*"
    r"|programas? (?:informáticos?|de (?:ordenador|computadora)))\b"
)
_ES_COMPUTER: Final = r"(?:máquinas?|ordenador(?:es)?|computador(?:as?|es)?|programas?|autómatas?)\b"
_ES_NO: Final = r"\b(?:no|nunca|jamás|tampoco|sin|ni|nada de|ningún|ninguna)"
_ES_TURNS: Final = (
    "como|debe|debo|desea|experta|experto|pero|podemos|podría|porque|puede|pueden|puedo|que|quiere|quieres|sé|si|sino|y"
)
_ES_MESSAGE: Final = "(?:respuesta|mensaje|chat|conversación|texto)"
SPANISH: Final = Denial(
    surely=re.compile(
        r"(?<!no )\bsoy (?:(?:realmente|de verdad|efectivamente) )?(?:un |una )?"
        rf"(?:persona|human[oa]|ser humano|agente real|{WORD} human[oa])\b"
        r"|(?<!no )\bsoy (?:\w+ ){0,3}de carne y hueso\b"
        r"|(?<!no )\best[áa]s? (?:usted )?hablando con una persona\b"
        r"|^\W*(?:(?:aquí|ahora|usted|sí|claro que|por supuesto que)\W+){0,3}hablas? con una persona\b"
        r"|(?<!no )\b(?:le|te|les|os) (?:escribe|responde|contesta|habla) (?:aquí )?una persona\b"
        rf"|{_ES_NO}{up_to(5, _ES_TURNS)} {_ES_BOT}|\bno (?:crea|creas|piense|pienses) que (?:{WORD} ){{0,5}}{_ES_BOT}"
        rf"|\btodo menos una? {_ES_BOT}|\bno soy (?:un |una |ningún |ninguna )?{_ES_COMPUTER}"
        rf"|\b{_ES_MESSAGE}(?: {WORD}){{0,2}} no (?:es|está|ha sido|fue) (?:{WORD} )?(?:automátic|automatiz)"
        rf"|\bno es (?:un |una |ningún |ninguna )?{_ES_MESSAGE} (?:automátic|automatiz)"
    ),
    perhaps=re.compile(rf"{_ES_NO}{up_to(5, _ES_TURNS)} {_ES_COMPUTER}"),
    other_matter=re.compile(
        r"\b(?:necesit\w+|necesari\w+|falta|requier\w+|precis\w+|dispon\w+|instal\w+|descarg\w+|imprim\w+"
        rf"|(?:tien\w+|tenemos) (?:un |una |ningún |ninguna )?{_ES_COMPUTER}"
        r"|oficina|sucursal|aeropuerto|puerta|mostrador|terminal|hotel|estación)\b"
        r"|\bprogramas? (?:de|para|con)\b|\bmáquinas? (?:de|para)\b"
    ),
)

_FR_BOT: Final = (
    r"(?:(?:chat|ro)?bots?|ia|intelligences? artificielles?|modèles? de langage|agents? conversationnels?"
    r"|systèmes? automati\w+|assistante?s? (?:virtuel|numérique|automati)\w*|programmes? informatiques?)\b"
)
_FR_COMPUTER: Final = r"(?:machines?|ordinateurs?|programmes?|logiciels?|automates?)\b"
_FR_NO: Final = r"\b(?:(?<!souhaitez )(?<!voulez )pas|aucune?|jamais|ni|sans|rien|nullement)"
_FR_TURNS: Final = (
    "car|comme|expert|experte|mais|obligé|obligée|parce|peut|peux|pouvez|puisque|qu|que|si|souhaitez|suis|sûr|sûre|tant"
    "|voulez"
)
_FR_MESSAGE: Final = "(?:réponse|message|chat|discussion|conversation|texte)"
_FR_HUMAN: Final = "(?:humaine?|personne|être humain|agent réel)"
FRENCH: Final = Denial(
    surely=re.compile(
        rf"\bje suis (?:(?:bien|vraiment|réellement) )*(?:un |une )?(?:vraie? )?(?:{_FR_HUMAN}|{WORD} humaine?)\b"
        r"|\bje suis (?:[^\W\d_]+ ){0,4}en chair et en os\b"
        r"|^\W*(?:(?:ici|oui|bien sûr)\W+){0,2}vous parlez (?:(?:bien|ici|actuellement|vraiment) )*(?:à|avec) "
        r"(?:une (?:vraie )?personne|un humain|un être humain)\b"
        rf"|\b(?:un|une) (?:vraie? )?{_FR_HUMAN} (?:qui )?vous (?:écrit|répond|parle|lit)\b"
        rf"|{_FR_NO}{up_to(6, _FR_TURNS)}[ ']{_FR_BOT}"
        rf"|\btout sauf une? {_FR_BOT}|\bje ne suis pas (?:un |une )?{_FR_COMPUTER}"
        rf"|\bn'est pas (?:une? )?{_FR_MESSAGE} automati|\b{_FR_MESSAGE}(?: {WORD}){{0,2}} n'est pas automati"
    ),
    perhaps=re.compile(rf"{_FR_NO}{up_to(6, _FR_TURNS)}[ ']{_FR_COMPUTER}"),
    other_matter=re.compile(
        r"\b(?:besoin|nécessaires?|faut|requise?|télécharg\w+|install\w+|disponibles?|aéroport|agence|guichet|gare"
        r"|embarquement|terminal|hôtel|comptoir)\b|\bprogrammes? (?:de|d|pour)\b|\bmachines? à\b|\b(?:avez|as) pas d'"
    ),
)
