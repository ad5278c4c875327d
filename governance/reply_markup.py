"""What in a reply could carry data out or draw more than text?"""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from governance.words import word_set

# All bounded or possessive: linear on any text.
_IMAGE: Final = re.compile(r"!\[[^\]\n]{0,300}+\](?:\([^)\n]{0,2000}+\)?|\[[^\]\n]{0,100}+\])?")
_LINK: Final = re.compile(r"\[(?P<text>[^\]\n]{0,300}+)\](?:\((?P<url>[^)\n]{0,2000}+)\)?|\[[^\]\n]{0,100}+\])")
_DEFINITION: Final = re.compile(r"(?m)^[ ]{0,3}\[[^\]\n]{1,100}+\]:[^\n]{0,2000}+")
_TAG: Final = re.compile(r"</?[A-Za-z!][^<>\n]{0,2000}+>?|<!--[^\n]{0,2000}+")
_TOKEN: Final = re.compile(r"<[A-Z]{2,20}(?:_[A-Z]{2,20})?_[1-9]\d{0,5}>")
_REST: Final = r"[^\s<>\"')\]]"
# A scheme, or a run of labels and dots with a port or a path behind it: what such a run is, `_is_host` says.
_URL: Final = re.compile(
    rf"\b(?:https?|ftp|data|javascript|file|blob|vbscript)\s?:\s?{_REST}++"
    rf"|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*+://{_REST}*+"
    rf"|\b(?:mailto|tel|sms|callto|skype|whatsapp|facetime|geo|intent|market|magnet|sip):{_REST}++"
    rf"|(?<![\w.@-])[.-]*+(?P<host>[\w-]++\.[\w.-]++)(?P<rest>(?::\d{{2,5}}(?!\d))?(?:[/?#]{_REST}*+)?)",
    re.IGNORECASE,
)
# Of these a host is told without anything behind it, as a reader's program would make it a link.
_ENDINGS: Final = word_set(
    "com net org edu gov int info biz name pro app dev xyz top site online shop store club click world space website",
    "tech cloud web email services agency travel flights money bank finance blog news media network systems solutions",
    "company global icu vip bid loan rocks cc tv io ai co eu uk de fr nl ch pl pt se dk fi ie cz sk hu ro bg gr ru ua",
    "tr il cn jp kr au nz ca br mx ar cl za ng ke su ws ly gg sh gl tk ml ga cf gq рф укр бел 中国 中國 公司 网络",
)
# Endings that are words as well: with a capital, behind a full stop without a space, they begin the next sentence.
_WORDS: Final = word_set(
    "it in no me to so is at be us by es work help today pay cash live page life link group support win review"
)
_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def strip_markup(text: str, hosts: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Return the text without images, tags and links to other hosts than `hosts` (https only), and what was removed.

    The words of a link stay. A text without markup is returned unchanged; one with a link to elsewhere in the
    compatibility form (NFKC) in which programs look for links.
    """
    removed: list[str] = []

    def drop(found: re.Match[str]) -> str:
        removed.append(found[0])
        return ""

    def unlink(found: re.Match[str]) -> str:
        if found["url"] and _leads_home(found["url"], hosts):
            return found[0]
        removed.append(found[0])
        return found["text"]

    def drop_tag(found: re.Match[str]) -> str:
        return found[0] if _TOKEN.fullmatch(found[0]) else drop(found)

    def drop_url(found: re.Match[str]) -> str:
        if found["host"] is not None and not _is_host(found["host"], found["rest"]):
            return found[0]
        url = found[0].rstrip(".,;:!?")
        return found[0] if _leads_home(url, hosts) else drop(found)

    for pattern, change in ((_DEFINITION, drop), (_IMAGE, drop), (_LINK, unlink), (_TAG, drop_tag)):
        text = pattern.sub(change, text)
    markup = len(removed)
    folded = _URL.sub(drop_url, unicodedata.normalize("NFKC", text).replace("。", "."))
    return (folded if len(removed) > markup else text), tuple(removed)


def _is_host(run: str, rest: str) -> bool:
    """Whether a run of labels and dots names a host: by what follows it, by its ending, or as four numbers.

    `rest` is the port and the path behind it.
    """
    names = [name for name in run.rstrip(".-").split("..") if "." in name.strip(".")]
    if any(_is_known(name.strip(".").split(".")) for name in names):
        return True
    ending = run.rpartition(".")[2]
    return bool(names) and bool(rest.rstrip(".,;:!?")) and len(ending) > 1 and not ending[0].isdecimal()


def _is_known(labels: list[str]) -> bool:
    """Whether the labels end as hosts do, also with the next sentence right behind them."""
    last = labels[-1].casefold()
    if _ADDRESS.fullmatch(".".join(labels)) or labels[0].casefold() == "www" or last.startswith("xn--"):
        return True
    if any(label.casefold() in _ENDINGS for label in labels[1:]):
        return True
    return last in _WORDS and not labels[-1].istitle()


def _leads_home(url: str, hosts: frozenset[str]) -> bool:
    """Whether a link goes to one of the company's hosts, without a query, credentials or an odd port."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:
        return False
    plain = not parts.query and not parts.fragment and parts.netloc == parts.hostname
    return parts.scheme == "https" and plain and parts.hostname in hosts
