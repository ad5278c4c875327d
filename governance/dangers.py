"""Does a message tell of a danger to somebody's life? So seldom said that rules know it, not a classifier of wishes."""

import re
from typing import Final, Literal

Danger = Literal["self_harm", "emergency"]

# What is said in everyday words that sound like a danger; it is taken out before dangers are looked for.
_EVERYDAY: Final = (
    r"life[ -](?:insur\w+|assur\w+|sav\w+|jackets?|vests?|rafts?|partners?|cover|polic\w+|long)",
    r"suicide (?:prevention )?(?:charit\w+|fund|foundation|organi[sz]ation|association|campaign|research|squad)",
    r"(?:prévention du suicide|prevenci[óo]n del suicidio|(?:suizid|selbstmord)-?prävention)",
    r"die (?:laughing|(?:of|from) (?:boredom|laught?er|laughing|shame|embarrassment|hunger|thirst|heat|curiosity))",
    r"cut myself (?:some|a|off|short)|killing myself (?:laughing|trying)|strokes? of|seizure (?:disorder|medic\w+)",
    r"attacked by (?:a )?(?:fraud|hack|scam|phish|viruse?|malware|spam)\w*",
    r"mich um (?:\d+|halb|viertel|kurz|etwa|eins?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)"
    r"(?!(?: uhr)? um\b)",
    r"morir(?:me|se)? de (?:risa|vergüenza|hambre|sed|calor|frío|sueño|aburrimiento|pena|ganas)",
    r"mourir (?:de (?:rire|faim|soif|chaud|froid|honte|fatigue)|d'(?:ennui|impatience))",
    r"sterben vor (?:lachen|scham|hunger|langeweile)|es brennt (?:mir|uns) ",
    r"ambulance (?:transfer|bill|invoice|(?:on|upon|at) (?:my |our |the )?(?:arrival|landing|destination))",
    r"(?:kranken|rettungs)wagen (?:bei|nach|zur) (?:der )?(?:ankunft|landung)",
    r"ambulancia (?:a la llegada|al (?:llegar|aterrizar))|ambulance à l'(?:arrivée|atterrissage)",
    r"bomb(?: |-)(?:cyclones?|sniff\w*|dogs?|squad|shelters?)|gun (?:range|shop|case)s?",
    r"fire (?:sale|exit|alarm|drill|escape|extinguisher)s?",
    r"bomba (?:de\b(?! (?:reloj|tiempo|fabric|verdad))|insul\w+|infus\w+|para (?:inflar|la bici|mi bici|bici))",
    r"bombe (?:de(?! (?:fabrication|guerre))|d'|à(?! retardement)|pour(?! (?:faire|tuer))"
    r"|anti\w*|au poivre|aérosol|lacrymogène|désodorisante)\b",
    r"(?:herzinfarkt|schlaganfall) (?:gehabt|überlebt|überstanden|hinter)",
)
_SELF_HARM: Final = (
    r"kill(?:ing)? my ?self|(?:want to|wanna|going to|gonna|will|i'll|might|urge to) (?:hurt|harm|cut) my ?self",
    r"(?:hurt|harm|cut)(?:t?ing)? my ?self on purpose|keep (?:hurt|harm|cutt)ing my ?self",
    r"(?:wants? to|wanna|going to|gonna|will|might|trying to) (?:kill|hurt|harm) (?:him|her|them)sel(?:f|ves)",
    r"(?:end|take|ending|taking) my (?:own )?life|suicid(?:e|al)|end it all|better off dead|no reason to live",
    r"(?:wants? to|wanna|wish to|wish i (?:could|would)) die|(?:i'm|i am|im) (?:just )?(?:going to|gonna) die",
    r"(?:don't|dont|do not) (?:want to|wanna) (?:live\b(?! (?:in (?!this )|near |at |there|through ))|be alive)",
    r"(?:bringe?|töte) mich (?:noch |jetzt |heute )?um|bringt sich um",
    r"töte mich|(?:mich|sich) (?:um(?:zu)?bringen|töten)",
    r"(?:selbstmord|suizid)\w*|(?:mir|sich) das leben (?:zu )?nehmen|nehme mir das leben",
    r"(?:will|möchte|mag) (?:(?:nur|noch|einfach|jetzt) ){0,3}(?:sterben|nicht mehr leben)",
    r"suicid(?:io|as?|arme|arse)|me suicido|me (?:voy a|quiero) (?:suicidar|matar|morir)",
    r"(?:quiero|voy a|pienso en|ganas de) (?:matarme|morir(?:me)?)|quiere (?:matarse|morir(?:se)?)",
    r"no quiero (?:seguir )?(?:viviendo|vivir\b"
    r"(?! (?:otr[oa]|est[oae]|es[oae]|el|la|lo|en|cerca)\b(?! (?:vida|mundo))))",
    r"(?:me|se) suicider|se va a (?:suicidar|matar)|pensées suicidaires|suicidaire",
    r"(?:veux|vais|envie de|pense à) me tuer|(?:veut|va) se tuer|(?:veux|veut|vais|envie de) mourir",
    r"veux (?:plus|pas) vivre\b(?! (?:ça|cela|ici|à|en|avec|dans|ce|cet|cette|une?)\b(?! (?:vie|monde|jour)))",
    r"veux en finir\b(?! avec (?!la vie|ma vie|tout))|mettre fin à (?:ma vie|mes jours)",
)
# May be carried as baggage, where it is declared: then it is no danger.
_DECLARED: Final = (
    r"\b(?!.{0,80}\b(?:declar|in the hold|hold |checked|licen|permit|waffenschein|anmeld|deklar|aufgeb|factur|déclar))"
)
_SOMEBODY: Final = (
    r"(?:someone|somebody|man|woman|person|guy|passenger|jemand|mann|frau|passagier"
    r"|alguien|hombre|mujer|persona|pasajer[oa]|tipo|quelqu'un|homme|femme|personne|passager)"
)
_ATTACK: Final = r"(?:heart attack|stroke|seizure|herzinfarkt|herzanfall|schlaganfall|crise cardiaque|avc)"
_ATAQUE: Final = r"(?:infarto|ataque (?:al corazón|card[ií]aco)|ictus|derrame)"
_EMERGENCY: Final = (
    rf"(?:having|has|suffering|getting|just had|it's|it is|think|i have) an? (?:\w+ )?{_ATTACK}",
    rf"(?:habe?|hat|bekomm\w*|krieg\w*|erleidet|(?:es|das) ist) (?:(?:gerade|wohl|glaube ich) )?einen? {_ATTACK}",
    rf"(?:teniendo|tiene|tengo|sufre|sufro|sufriendo|dando|ha dado|es) un {_ATAQUE}",
    rf"(?<!\ba )(?<!\bai )(?<!avoir )(?<!avait )(?:fait|fais|de faire|a|ai) une? {_ATTACK}",
    rf"(?<![^!.,] )(?:{_ATTACK}|{_ATAQUE})(?=\W*$|[!.,])|{_ATTACK} symptoms|think (?:\w+ ){{1,2}}had an? {_ATTACK}",
    rf"{_ATTACK} (?:(?:on|at) (?:board|(?:the )?(?:plane|gate))|right now|just now|an bord|im flugzeug|am gate|à bord)",
    r"(?:can't|cant|cannot|can not) breathe|(?:not|isn't|stopped) breathing|(?:have|is|'s) a medical emergency",
    r"unconscious|bleeding (?:badly|heavily)|being attacked|(?:making|need) an emergency landing",
    r"(?:call|calls|need|needs|send|get)(?: us| me| him| her)?(?: an?| the)? ambulance",
    r"bewusstlos|atmet nicht|nicht mehr atmet|keine luft mehr|(?:bekomm|krieg)\w* (?:kaum|keine) luft",
    r"(?:brauchen?|rufen sie|ruft?|holen sie|holt) (?:bitte |sofort |schnell |dringend )*(?:einen|den)"
    r" (?:krankenwagen|rettungswagen|notarzt)",
    r"inconsciente|no pued[oe]n? respirar|no respira|(?:appelez|appeler|faut|envoyez|besoin d')(?: )?une ambulance",
    r"(?:llamen?|llamad|necesit\w+|env[ií]en|manden) (?:a )?(?:una )?ambulancia",
    r"(?:peux|peut|arrive) (?:pas|plus) (?:à )?respirer|respire (?:pas|plus)|(?<!c')est inconsciente?",
    r"(?:there(?: is|'s|s)|have|has|got|planted|saw|found|carrying|with) an? bomb",
    r"bomb (?:threat|on board|(?:in|on|under) the)",
    rf"(?:there(?: is|'s|s)|has|planted|saw|found|carrying) an? gun{_DECLARED}",
    r"i(?: have|'ve got| have got) a gun(?=\W*$|[!.])|(?:notarzt|krankenwagen)(?= bitte|\W*$|!)",
    rf"{_SOMEBODY} (?:here )?(?:with|has|who has|mit|con|que tiene|que lleva|lleva|avec|qui a) \w+ "
    rf"(?:bomb|gun|knife|bombe|waffe|pistole|messer|bomba|pistola|arma|cuchillo|pistolet|arme|couteau){_DECLARED}",
    rf"(?:hat|da ist|habe|gibt|liegt) eine (?:bombe|(?:waffe|pistole){_DECLARED})",
    r"bombe (?:an bord|im|unter)|bombendrohung",
    rf"(?:hay|tengo|tiene|lleva|llevo) una bomba|(?:hay|tiene|lleva) una pistola{_DECLARED}|amenaza de bomba",
    rf"(?:y a|a|j'ai|ont) une bombe|y a (?:un pistolet|une arme){_DECLARED}|alerte à la bombe",
    r"(?:plane|aircraft|engine|wing|cabin|terminal|building|seat|bag) is (?:on fire|burning)|there(?: is|'s) a fire",
    r"fire on (?:board|the plane)|es brennt|(?:flugzeug|triebwerk|koffer|kabine) brennt|feuer (?:an bord|im|in der)",
    r"hay (?:un |mucho )?(?:incendio|fuego)|está en llamas",
    r"y a (?:un incendie|le feu|du feu)|(?:avion|moteur) est en feu",
)


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern of whole words: where a word begins, any of them."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)")


_HARMLESS: Final = _any_of(_EVERYDAY)
_OF: Final[dict[Danger, re.Pattern[str]]] = {"self_harm": _any_of(_SELF_HARM), "emergency": _any_of(_EMERGENCY)}
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘´`ʼ′", "'"))
_LOOSE_ACUTE: Final = " \u0301"  # what NFKC makes of an acute accent that stands for an apostrophe


def dangers_in(text: str) -> tuple[Danger, ...]:
    """Which dangers a text tells of, however it is spaced and its apostrophes are written; empty: none. Linear.

    Where a plain statement of a danger and a figure of speech look alike, it is taken for the danger.
    """
    straight = text.lower().replace(_LOOSE_ACUTE, "'").translate(_APOSTROPHES)
    seen = _HARMLESS.sub("#", " ".join(straight.split()))
    return tuple(danger for danger, pattern in _OF.items() if pattern.search(seen))
