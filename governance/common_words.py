"""Which words are so common that a customer who writes them gives no name?"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Final

from pydantic import JsonValue

from contracts.pack import Pack
from governance.words import word_set

_WORDS: Final = word_set(
    # English: how answers begin and end, doubts, refusals, and what people ask back.
    "a about above actually after again agent ago ah all already also always am an and another another's any anybody",
    "anymore anyone anything april are aren't as ask asking at august away back be because been before being below",
    "best better book booked booking boss both bought bring brought but buy by bye call called can can't cancel",
    "cannot card certainly chat check child children city close closed code colleague come correct could couldn't",
    "country course dad data daughter day days december details did didn't dienstag different dimanche do does",
    "doesn't doing domingo don't done donnerstag dunno each either else email enough even ever every everything",
    "exactly family father february fine first floor for forget forgot forgotten found freitag friday friend from",
    "full get getting give given go going gone good got great had hang has hasn't have haven't having he hello help",
    "her here hers hey hi him his hm hmm hold home hope how however huh human husband i i'd i'll i'm i've idea if in",
    "initial initials into is isn't it it'd it'll it's its january jeudi jueves july june just keep kid kids kind",
    "know last later leave left let letter letters like little lol long look looking lost lundi lunes made maiden",
    "make man many march mardi married martes matter may maybe me mean meant men mercredi middle might mind mine",
    "minute miss mistake mittwoch miércoles mom moment moms monday montag more morning most mother move moved mr mrs",
    "ms much mum must my myself name named names near need never nevermind new next nice no nobody none nope nor not",
    "nothing november now number october of off oh ok okay old on once one only open or other our ours out over own",
    "paid partner pay people perhaps person phone please possible privacy private put question quite rather real",
    "really reference remember right room run said same samedi samstag saturday saw say says second secret see seem",
    "send sent september shall she should shouldn't show since skip so some somebody someone something son sonntag",
    "soon sorry speak spell spelled spelling spelt spoke start still stop such sunday sure surname sábado take talk",
    "talking tell than thank thanks that that's the their them then there there's these they thing things think this",
    "those though thought thursday ticket time to today together told tomorrow tonight too true try trying tuesday",
    "two uh um under understand unsure until up us use used using vendredi very via viernes wait want wanted was",
    "wasn't way we we're wednesday week well went were weren't what what's whatever when where which while who who's",
    "whoever whom whose why wife will with within without woman won't work works would wouldn't write written wrong",
    "yeah year years yep yes yesterday yet you you're your yours yourself",
    # German
    "aber alle als auch auf aus bei beide bin bis bisschen bist bitte brauche brauchen buchung buchungscode da danke",
    "dann darf das dass daten dem den denn der des dich die dies diese diesen dir doch du ein eine einem einen einer",
    "er es falsch familienname frage für ganz geben geht genau gern gerne gut hab habe haben hallo hat heiße heißt",
    "heute hier hilfe ich ihr ihre ihren im ist ja jetzt kann karte kein keine keinen können könnte lautet leider mal",
    "mehr mein meine meinem meinen mensch mich mir mit mitarbeiter morgen muss nach nachname namen nein nicht nichts",
    "noch nochmal nun nur oder ohne privat sage sagen schon sehr sein sich sie sind soll später stopp tut und uns",
    "unter vergessen verstehe viel vielen vielleicht vom von vor vorname wann war warte warten warum weil weiß welche",
    "welchen welcher wenn wer werden wie wieso wir wird wo wofür wohl wozu zu zum zur",
    # Spanish
    "ahora al algo alguien apellido apellidos aquí así ayuda bien buenas buenos claro como con cuando cuál cuándo",
    "código cómo de decir del desde dice dicho digo donde días dónde el ella en entiendo era eres esa ese eso esta",
    "este esto estoy está favor fue gracias ha hablar había hasta hay hola hoy igual la las le llama llamo lo los",
    "luego mañana mejor mi mis mismo momento muchas mucho muy más nada necesita necesito ni nombre nombres nos",
    "nuestro o olvidado olvidé otra otro para pero persona poco por porque porqué pregunta puede puedo pues que quien",
    "quiere quiero quién qué recuerdo reserva saber se será si sin sobre soy su sus sé sí también tengo tiene todo tu",
    "tú un una uno unos usted va vale ver y ya yo",
    # French
    "ai alors après attendez au aucun aucune aussi autre aux avec avez avoir besoin bon bonjour bonsoir c'est car ce",
    "cela ces cet cette chose combien comment compris d'accord dans demain dire dit dois donc déjà désolé elle encore",
    "est et faire fait faut humain ici il j'ai je juste l'ai les leur lui là m'appelle ma mais merci mes moi mon même",
    "ne nom noms non notre nous ont ou oublié oui où par parce pardon parler pas personne peu peut peux plaît plus",
    "pour pourquoi prénom prénoms qu'est-ce quand quel quelle qui quoi rien s'il sa sais sans ses soit sont sous suis",
    "sur sûr tout trop très une vais veux voici voilà vos votre voudrais vous vrai ça était été",
    # Italian, Portuguese, Dutch: how short answers begin.
    "achternaam alstublieft apelido bedankt chiamo ciao cognome dank eu grazie heet het ik meu mijn minha naam nee",
    "niet nome não obrigada obrigado olá perche perché quale quê sei sim sobrenome sono waarom weet",
)

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COMMON: Final = frozenset(word.casefold() for word in _WORDS)


def trade_words(pack: Pack) -> frozenset[str]:
    """Return the words of this company's trade, in small letters.

    Customers use those of its intents' examples; its knowledge writes others small; its systems answer with the values
    of their enumerations, and `economy` must not become somebody's name in a record.
    """
    examples = (word for intent in pack.intents.values() for text in intent.examples for word in _WORD.findall(text))
    told = (word for one in pack.passages for text in (one.text, *one.words) for word in _WORD.findall(text))
    terms = (word for fact in pack.facts.values() for word in _WORD.findall(fact.text))
    values = (
        word
        for tool in pack.tools.values()
        for text in _values([tool.arguments_schema, tool.result_schema])
        for word in _WORD.findall(text)
    )
    return frozenset(map(_fold, chain(examples, values, (word for word in chain(told, terms) if word[0].islower()))))


def _values(schema: JsonValue) -> Iterator[str]:
    """The texts that a schema lists as the only ones."""
    if isinstance(schema, list):
        for item in schema:
            yield from _values(item)
    elif isinstance(schema, dict):
        listed = schema.get("enum")
        yield from (value for value in listed if isinstance(value, str)) if isinstance(listed, list) else ()
        for item in schema.values():
            yield from _values(item)


def is_common(word: str, others: Collection[str] = ()) -> bool:
    """Whether a word, whatever its case, is common in a language that customers write, or one of these `others`."""
    folded = _fold(word)
    return folded in _COMMON or folded in others


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("’", "'").rstrip(".")
