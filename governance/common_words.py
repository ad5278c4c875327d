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
    "a about above absolutely accept account across actually adult adults after afternoon again agent ago agree ah",
    "airport aisle all allow along already also although always am amazing amex an and angry anniversary annoyed",
    "annoying another another's answer any anybody anymore anyone anything anyway app apparently apply april are",
    "aren't around arrive as asap ask asking assistant at attachment august autumn away awesome awful babies baby",
    "back bag bags bank basically be because been before behind being believe belong below besides best better",
    "between beyond big bigger birthday bitch blue book booked booking boss bot both bought break breakfast brilliant",
    "bring brought btw build bus business busy but buy by bye call called can can't cancel cannot car card cash cause",
    "cell certainly change charge chat cheap cheaper cheapest check child children choice choose city claim class",
    "classic clean clearly close closed code cold colleague come comfortable company complain complaint computer",
    "conference confirm confirmed contact continue copy correct cost costs could couldn't count country course cover",
    "crap create credit currently customer customers dad damn data daughter day days debit december decide decline",
    "definitely delete delivery dentist depend describe details did didn't dienstag different difficult dimanche",
    "dinner dirty do doctor document documents does doesn't doing domingo don't done donnerstag double drop dumb",
    "dunno during each earlier earliest early easier easy eat economy eight either eleven else email employer empty",
    "end enough enter especially even evening eventually ever every everybody everyone everything exactly excellent",
    "expect expensive explain fail fall family fast faster father february fee feel fees fifth file fill finally fine",
    "finish first fit five fix flew flex flight flights floor fly flying follow for forget forgot forgotten form",
    "forms found four fourth frankly free freitag friday friend from front frustrated frustrating fuck fucking full",
    "fully funeral fyi generally get getting give given glad gluten go going gone good got great guess guest guests",
    "had halal hang happen happened happy hard has hasn't hate have haven't having he hear heard hell hello help",
    "hence her here hers hey hi high higher him his hm hmm hold holiday holidays home honestly hope hopefully",
    "horrible hospital hot hotel hour hours how however huh human hundred hungry hurry husband i i'd i'll i'm i've id",
    "idea idiot if ill immediately imo in include increase indeed infant infants initial initials inside instead",
    "insurance into is isn't it it'd it'll it's its january jeudi journey jueves july june just k keep kept kid kids",
    "kind kk know kosher laptop large larger last late later latest lead learn leave left lend let letter letters",
    "licence license lie light like likely link list listen literally little live lives login lol look looking lose",
    "lost lovely lower luggage lunch lundi lunes machine made maiden mail make man manage manager many march mardi",
    "married martes mastercard matter may maybe me meal meals mean meant meet meeting men mention mercredi message",
    "messages middle midnight might mind mine minute minutes miss missed missing mistake mittwoch miércoles mobile",
    "mom moment moms monday money montag month months more morning most mostly mother move moved mr mrs ms much mum",
    "must my myself nah name named names near nearly need never nevermind new next nice night nights nine no nobody",
    "none noon nope nor normally not note nothing november now number obviously october of off offer office often oh",
    "ok okay old omg on once one online only open operator opposite or orange order orders originally other otherwise",
    "our ours out outside over own paid parcel partner pass passenger passengers passport password pay paypal people",
    "perfect perfectly perhaps person personally persons phone photo pick picture pin pink plan plane play please",
    "pleasure pls plz point police policy possible possibly prefer premium prepare press previously prices privacy",
    "private probably proof prove provide pull purple push put question quick quickly quite rather reach read ready",
    "real really rear receive received recently red reference refund refunds remember reply report representative",
    "request require return ridiculous right robot room row run sad safe said same samedi samstag saturday save saw",
    "say says scan school screen search seat seats second seconds secret see seem sell send sent september seriously",
    "set seven several shall share she shit shop should shouldn't show sick sign signed silly simply since single sit",
    "site six skip sleep slightly slow smaller smoke so some somebody somehow someone something sometimes somewhere",
    "son sonntag soon soonest sorry sound speak specifically spell spelled spelling spelt spend spoke spring staff",
    "stand start started stay stick still stop stupid such suitcase sunday supervisor support sure surely surname",
    "switch sábado take talk talking taxi teach team telephone tell ten terrible test text than thank thanks that",
    "that's the their them then there there's therefore these they thing things think third this thnx those though",
    "thought thousand three through throughout throw thursday thus thx ticket time tired to today together told",
    "tomorrow tonight too totally touch toward towards train transfer travel traveler traveller travellers treat trip",
    "true try trying tuesday turn twelve two ty type typed typing uh um unacceptable under understand unfortunately",
    "unless unsure until up update upgrade upon us use used useless user username using usually vacation vegan",
    "vegetarian vendredi very via viernes visa visit wait walk want wanted warm was wash wasn't watch way we we're",
    "wear website wedding wednesday week weekday weekend well went were weren't what what's whatever when where",
    "whether which while who who's whoever whole whom whose why wife will win window with within without woman won't",
    "wonder wonderful work works worried worry would wouldn't write written wrong wtf yeah year years yell yellow yep",
    "yes yesterday yet you you're your yours yourself yup zero",
    # German
    "aber alle als auch auf aus bei beide bin bis bisschen bist bitte brauche brauchen buchung buchungscode da danke",
    "dann darf das dass daten dem den denn der des dich die dies diese diesen dir doch du ein eine einem einen einer",
    "er es falsch familienname flug flüge frage für ganz geben geht genau gern gerne gut hab habe haben hallo hat",
    "heiße heißt heute hier hilfe ich ihr ihre ihren im ist ja jetzt kann karte kein keine keinen können könnte lautet",
    "leider mal mehr mein meine meinem meinen mensch mich mir mit mitarbeiter morgen muss nach nachname namen nein",
    "nicht nichts noch nochmal nun nur oder ohne privat sage sagen schon sehr sein sich sie sind soll später stopp tut",
    "und uns unter vergessen verstehe viel vielen vielleicht vom von vor vorname wann war warte warten warum weil weiß",
    "welche welchen welcher wenn wer werden wie wieso wir wird wo wofür wohl wozu zu zum zur",
    # Spanish
    "ahora al algo alguien apellido apellidos aquí así ayuda bien buenas buenos claro como con cuando cuál cuándo",
    "código cómo de decir del desde dice dicho digo donde días dónde el ella en entiendo era eres esa ese eso esta",
    "este esto estoy está favor fue gracias ha hablar había hasta hay hola hoy igual la las le llama llamo lo los",
    "luego mañana mejor mi mis mismo momento muchas mucho muy más nada necesita necesito ni nombre nombres nos nuestro",
    "o olvidado olvidé otra otro para pero persona poco por porque porqué pregunta puede puedo pues que quien quiere",
    "quiero quién qué recuerdo reserva saber se será si sin sobre soy su sus sé sí también tengo tiene todo tu tú un",
    "una uno unos usted va vale ver viaje viajo vuelo vuelos y ya yo",
    # French
    "ai alors après attendez au aucun aucune aussi autre aux avec avez avoir besoin bon bonjour bonsoir c'est car ce",
    "cela ces cet cette chose combien comment compris d'accord dans demain dire dit dois donc déjà désolé elle encore",
    "est et faire fait faut humain ici il j'ai je juste l'ai les leur lui là m'appelle ma mais merci mes moi mon même",
    "ne nom noms non notre nous ont ou oublié oui où par parce pardon parler pas personne peu peut peux plaît plus",
    "pour pourquoi prénom prénoms qu'est-ce quand quel quelle qui quoi rien s'il sa sais sans ses soit sont sous suis",
    "sur sûr tout trop très une vais veux voici voilà vol vols vos votre voudrais vous voyage vrai ça était été",
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
