"""Does a sentence claim what only a person has: a body, a family, a shift, a desk, a post in the company?

Case-folded, `ss` for `ß`. "I'm an automated assistant" and "my colleagues are people" claim none.
"""

import re
from typing import Final

from governance.denial_forms import WORD

_NOT_SUCH: Final = r"(?!(?:automat|virtu|digital|ai|bot|robot|software|künstlich|artificial|inteligen|numéri)\w*\b)"
_SUCH: Final = rf"(?:{_NOT_SUCH}{WORD} )"

# Each language: what one says of oneself; who is said to answer; how what is written came about.
_EN_PERSON: Final = r"(?:person|human|human being|man|woman|people|humans|agent|colleague|employee|member of staff)"
_EN_LIVE: Final = r"(?:real|actual|live|living|breathing|genuine|human|flesh-and-blood)"
_EN_WRITES: Final = r"(?:answer(?:ing|s)|writ(?:ing|es)|typ(?:ing|es)|repl(?:ying|ies)|talking|speaking|chatting)"
_ENGLISH: Final = (
    r"i(?:'m| am) (?:(?:every bit |just |quite |really )*as human as|(?:only|just|very much|still) human\b)",
    rf"i(?:'m| am) (?:an? )?{_SUCH}?(?:employee|member of (?:the |our )?(?:{WORD} ){{0,3}}(?:team|staff))\b",
    rf"i(?:'m| am) (?:{WORD}, )?(?:an? )?(?:(?:real|actual|live) )(?:agent|advis[eo]r|clerk|representative|operator)\b",
    rf"i(?:'m| am) (?:{WORD}, )?(?:an? )?member of (?:the |our )?(?:{WORD} ){{0,3}}(?:team|staff)\b",
    rf"i(?:'m| am) one of (?:the|our) {_SUCH}?(?:agents|advis[eo]rs|employees|people|humans|colleagues|clerks)\b",
    r"i(?:'m| am) (?:right )?(?:sitting|seated|standing) (?:right )?(?:here|at|in|behind|next)\b",
    r"i (?:was (?:born|raised)|grew up|went to school|have a (?:heart(?:beat)?|pulse|body|face))\b",
    r"as a (?:mother|father|mum|mom|dad|parent|grandmother|grandfather"
    r"|human(?: being)?)(?: of [^,.]{1,24})?(?: myself)?,? i\b",
    r"(?:my word|speaking|talking) as (?:a |one )?(?:fellow )?human\b",
    r"my (?:own )?(?:shift|lunch|coffee break|desk|husband|wife|kids|children|daughter|childhood|commute|heart(?:beat)?"
    r"|family|birthday)\b(?! time)",
    r"back from (?:my |a )?(?:lunch|break|coffee|holiday|vacation|sick leave)\b",
    r"i(?:'ve| have) (?:been )?work(?:ed|ing) (?:here|(?:at|behind|on) (?:this|the|a) (?:desk|counter|phones?)"
    r"|(?:in|at|for) (?:this|the|our) (?:\w+ )?(?:team|company|bank|airline|office|department)) (?:for|since)\b",
    r"i (?:type|write|typed|wrote|answer) [^.,;!?]{0,40}\b(?:myself|by hand|personally|in person|with my own hands)\b",
    r"(?:answers?|repl(?:y|ies)|messages?|texts?|words?|this|these|it)(?: (?:is|are|was|were|has|have|been"
    r"|comes?)){1,3}"
    r" (?:all )?(?:(?:written|typed) by hand|from (?:a )?(?:human|real) (?:hand|person)s?)\b",
    r"what (?:you|i) (?:read|see|write|type)(?: here)? (?:comes from|is from|is) (?:a )?(?:human|real) (?:hand"
    r"|person)s?\b",
    rf"{_EN_LIVE},? (?:{WORD} )?{_EN_PERSON}(?: (?:who|that))?(?:'s| is| are"
    rf"| has been)? {_EN_WRITES} (?:to )?(?:you|this)",
    rf"you(?:'ve| have) (?:just )?reached an? {_EN_LIVE} {_EN_PERSON}\b",
    rf"there(?:'s| is) an? (?:{_EN_LIVE} )?{_EN_PERSON} (?:(?:at|on) (?:the|this) (?:other )?(?:end|side)|behind)\b",
    r"(?:staffed|run|answered|operated|handled) (?:(?:entirely|only|solely|exclusively"
    r"|completely) )?by (?:real )?(?:people|humans)\b",
    r"(?:only|just|nothing but) (?:real )?(?:people|humans) (?:answer|reply|write|work|sit)\w*\b",
    r"(?:my colleagues and i|we|all of us)(?:'re| are) (?:all )?(?:real )?(?:people|humans|human)\b",
    r"(?<!not )(?<!n't )(?<!no )flesh and blood\b",
)
_GERMAN: Final = (
    rf"(?:ich bin|bin ich) (?!(?:{WORD} ){{0,3}}(?:nicht|kein)\b)(?:{WORD} ){{0,3}}menschlich\b",
    rf"(?:ich bin|bin ich) (?:eine? )?{_SUCH}?(?:mitarbeiter(?:in)?|angestellter?|sachbearbeiter(?:in)?)\b",
    r"(?:ich bin|bin ich) (?:eine? )?(?:reale?r?|lebendige?r?|leibhaftige?r?|ganz normale?r?) (?:mensch|person)\b",
    rf"(?:sprechen|schreiben|reden|chatten) (?:sie |du )?(?:(?:hier|gerade|jetzt"
    rf"|wirklich) ){{0,2}}mit eine[mr] {_SUCH}?(?:mitarbeiter(?:in)?|angestellten|sachbearbeiter(?:in)?)"
    r"(?: (?:aus|von|vor|am|des|der) [^.,;!?]{1,40})?\s*(?:$|[.,;!?])",
    r"(?<!nicht )aus fleisch und blut\b",
    rf"ich (?:tippe|schreibe|verfasse|beantworte)(?: {WORD}){{0,4}} (?:selbst|selber|von hand|eigenhändig"
    rf"|persönlich)\b",
    rf"(?:antworten|schreiben|arbeiten|sitzen|sprechen|tippen) (?:{WORD} ){{0,3}}(?:nur|ausschliesslich"
    rf"|lauter) (?:echte )?menschen\b",
    r"(?:nur|ausschliesslich|lauter) (?:echte )?menschen (?:antworten|schreiben|arbeiten|sitzen|sprechen)\b",
    r"als (?:mutter|vater|mama|papa|elternteil|mensch)(?: von [^.,;!?]{1,24})? (?:kenne|weiss|verstehe|kann"
    r"|habe|bin|fühle)\b",
    r"ich sitze (?:hier|gerade|selbst|in|im|am|an)\b|ich (?:bin|wurde) (?:in \w+ )?(?:geboren|aufgewachsen)\b",
    r"(?<!keinen )(?<!nie )feierabend\b|\bmeine[rmn]? (?:schicht|mittagspause|schreibtisch|kinder[n]?|familie"
    r"|mann|frau)\b",
)
_SPANISH: Final = (
    r"(?<!no )(?:está[s]?(?: usted)? hablando|está[s]? chateando) con una? (?:\w+ )?(?:ser humano|humano|humana"
    r"|emplead[oa])\b",
    rf"(?<!no )soy (?:un |una )?{_SUCH}?(?:emplead[oa]|trabajador|trabajadora)\b",
    r"(?:escribo|tecleo|contesto|redacto)(?: [^\W\d_]+){0,5} (?:yo mism[oa]|a mano|personalmente)\b",
    r"(?:solo|sólo|solamente|únicamente) (?:le |te )?(?:contestan|responden|escriben|atienden"
    r"|trabajan) (?:personas|humanos)\b",
    r"(?:solo|sólo|solamente|únicamente) (?:personas|humanos) (?:le |te )?(?:contestan|responden|escriben|atienden)\b",
    r"como (?:madre|padre|mamá|papá|ser humano)(?: de [^.,;!?]{1,24})?,? (?:yo |le |la |lo |te )?(?:sé|entiendo"
    r"|conozco|comprendo)\b",
    r"mi (?:turno|escritorio|almuerzo|marido|mujer|familia|hora de comer)\b|\bmis hijos\b|(?<!no )\b(?:nací"
    r"|crecí) en\b",
    r"(?<!no )estoy (?:sentad[oa]|en (?:la|mi|nuestra) (?:oficina|casa))\b",
    r"(?<!no )de carne y hueso\b",
)
_FRENCH: Final = (
    r"(?:j'écris|je tape|je rédige|je réponds)(?: [^\W\d_]+){0,4} (?:moi-même|à la main|personnellement)\b",
    r"(?:seule?s? (?:des|les)|que des|uniquement des) (?:vrais? )?(?:humains?|personnes|gens) (?:vous )?(?:répond"
    r"|écri|travaill|parl)\w+\b",
    r"il n'y a (?:ici )?que des (?:vrais? )?(?:humains|personnes|gens)\b",
    r"en tant que (?:mère|père|maman|papa|parent|humaine?)(?: de [^.,;!?]{1,24})?,? je\b",
    rf"je suis (?:une? )?{_SUCH}?(?:employée?|salariée?)\b",
    r"je suis (?:assise?|au bureau|à mon bureau|dans (?:nos|les) bureaux|née? à)\b|\b(?:j'ai grandi"
    r"|je suis née?) (?:à|en)\b",
    r"(?:finis|termine|commence|prends)(?: bientôt| à peine)? (?:mon service|ma pause)\b"
    r"|\b(?:mon bureau|mon mari|ma femme|ma famille|mes enfants)\b",
    r"(?<!pas )en chair et en os\b",
)
_LIVES: Final = re.compile("|".join(rf"\b(?:{one})" for one in (*_ENGLISH, *_GERMAN, *_SPANISH, *_FRENCH)))


def claims_a_life(line: str) -> str:
    """Return the words of a line in small letters by which its speaker is a person, or an empty text."""
    found = _LIVES.search(line)
    return found[0] if found is not None else ""
