"""Which idea does a word of the customer stand for?"""

import re
from difflib import get_close_matches
from functools import lru_cache

IDEAS: dict[str, str] = {
    "move": "move change switch shift rebook reschedule swap put postpone modify alter bring push advance "
    "transfer take catch rearrange",
    "fly": "flight plane fly trip departure journey ticket travel leave depart connection",
    "booking": "booking reservation itinerary",
    "when": "tomorrow tonight today morning afternoon evening noon early earlier late later next day date monday "
    "tuesday wednesday thursday friday saturday sunday week after sooner",
    "instead": "instead rather different another",
    "want": "want wish like need would could can please may possible possibly chance prefer let get",
    "cancel": "cancel call-off annul drop",
    "cancelled": "cancelled canceled cancellation grounded disrupted scrubbed stranded stuck storm strike disruption",
    "delayed": "delayed delay late",
    "refund": "refund reimburse reimbursement money-back",
    "bag": "bag baggage luggage suitcase backpack rucksack trolley holdall",
    "lost": "lost lose missing gone disappeared vanished mishandled misplaced carousel belt",
    "arrive": "arrive come appear show turn",
    "not": "not never no didnt dont hasnt havent isnt wasnt without cannot cant wont nowhere",
    "cost": "cost price fee much pay charge expensive rate",
    "ask": "how what which when where who why is are do does can may could should",
    "status": "status punctual gate on-time landed",
    "person": "person human agent representative operator somebody someone staff colleague supervisor manager adviser "
    "advisor employee",
    "talk": "speak talk connect chat through real live contact transfer",
    "anger": "ridiculous useless terrible angry furious unacceptable worst rubbish idiot stupid damn hell disgusting "
    "outrageous incompetent pathetic disgrace complaint complain disappointed",
    "points": "point mile loyalty tier balance member",
    "terms": "light classic flex fare policy rule allowance included include",
    "service": "invoice receipt bill damage damaged broken broke crack email phone profile wheelchair disability "
    "assistance seat",
    "mine": "my mine our me i",
    "show": "show tell see look detail find check details view know",
    "skip": "skip bypass ignore avoid forget leave-out",
    "check": "verification verify check confirmation confirm security identity authentication",
    "help": "help assist option alternative do",
    "hello": "hi hello hey hiya howdy greetings",
    "thanks": "thank thanks cheers great perfect super wonderful awesome brilliant",
    "bye": "bye goodbye ciao",
    "chat": "weather joke robot bot sunny rain rainy",
    "yes": "yes yeah yep ok okay sure fine agreed correct right absolutely",
    "no": "no nope nah",
}
_TOPICS: dict[str, str] = {
    "extra": "extra additional more second another one-more",
    "weight": "heavy weight weigh kg kilo",
    "size": "big size dimension measure large cm limit",
    "pet": "pet dog cat animal",
    "infant": "infant baby toddler",
    "assist": "assist assistance help wheelchair disability",
    "luggage-hand": "hand cabin carry-on",
    "take": "travel bring take carry board plane allowed allow",
    "day": "daily day",
}
_TOPIC_OF = {word: topic for topic, words in _TOPICS.items() for word in words.split()}
_PHRASES = {
    "check in": "check-in",
    "call off": "call-off",
    "money back": "money-back",
    "i get back?": "i get money-back?",
    "on time": "on-time",
    "leave out": "leave-out",
    "day after": "when-after",
    "o'clock": "oclock",
}
_IRREGULAR = {
    "flew": "fly",
    "flown": "fly",
    "flying": "fly",
    "flies": "fly",
    "departs": "depart",
    "leaving": "leave",
    "came": "come",
    "coming": "come",
    "arrived": "arrive",
    "losing": "lose",
    "changing": "change",
    "moving": "move",
    "luggages": "luggage",
    "costs": "cost",
    "fees": "fee",
    "bags": "bag",
    "taking": "take",
    "cancelling": "cancel",
    "canceling": "cancel",
    "id": "would",
    "people": "person",
    "pricing": "price",
    "charged": "charge",
}
_WORD_IDEAS: dict[str, frozenset[str]] = {}
for _idea, _words in IDEAS.items():
    for _word in _words.split():
        _WORD_IDEAS[_word] = _WORD_IDEAS.get(_word, frozenset()) | {_idea}
_STOPS = (
    "a an the of to in on at for with and or but if it its this that these those be is are was were am do does did",
    "has have had i me my we our us you your he she they them so as by from up about into there here will would can",
    "could should may might please how what which when where who why much many any some not no yes just also",
    "tell know get",
)
STOP_WORDS = frozenset(word for line in _STOPS for word in line.split())


def words_of(text: str) -> list[str]:
    """The words of a text, lower case, without apostrophes; a few fixed phrases become one word."""
    plain = text.lower().replace("’", "'")
    for phrase, word in _PHRASES.items():
        plain = plain.replace(phrase, word)
    plain = re.sub(r"(\w)'s\b", r"\1", plain).replace("'", "")
    return re.findall(r"<[a-z]+_\d+>|[a-z0-9]+(?:-[a-z0-9]+)*", plain)


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The word without its English ending, enough to join `bags` and `bag`, `refunded` and `refund`."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in ("ing", "ed", "es", "s"):
        cut = word.removesuffix(ending)
        if cut != word and len(cut) >= 3 and not cut.endswith("s"):
            return cut + "e" if cut + "e" in _WORD_IDEAS else cut
    return word


@lru_cache(maxsize=4096)
def ideas_of_word(word: str) -> frozenset[str]:
    """The ideas a word stands for: exact, by its stem, or by a spelling close to a known one."""
    for form in (word, stem(word)):
        if form in _WORD_IDEAS:
            return _WORD_IDEAS[form]
    if len(word) < 6 or not word.isalpha():
        return frozenset()
    close = get_close_matches(word, _WORD_IDEAS, n=1, cutoff=0.86)
    return _WORD_IDEAS[close[0]] if close and close[0][0] == word[0] else frozenset()


@lru_cache(maxsize=4096)
def ideas_in(text: str) -> frozenset[str]:
    """All ideas a text speaks of."""
    found: frozenset[str] = frozenset()
    for word in words_of(text):
        found |= ideas_of_word(word)
    return found


@lru_cache(maxsize=4096)
def topic(word: str) -> str:
    """What a word is compared by when passages are searched: `bag` for luggage words, else its stem."""
    ideas = ideas_of_word(word)
    for idea in ("bag", "cost", "refund", "points"):
        if idea in ideas:
            return idea
    return _TOPIC_OF.get(stem(word)) or _TOPIC_OF.get(word) or stem(word).removesuffix("e")


_FILLING = frozenset(("need", "want", "like", "be", "find"))
_COUNTING = frozenset(("one", "two", "three", "first", "second", "third", "1", "2", "3"))


@lru_cache(maxsize=4096)
def topics_of(text: str) -> frozenset[str]:
    """The topics a text is about, without the words and figures that carry none; "the first one" is about nothing."""
    silent = STOP_WORDS | _COUNTING | _FILLING
    words = words_of(text.replace("_", " "))
    return frozenset(topic(word) for word in words if word not in silent and not word.isdigit())
