"""What in a reply could carry data out or draw more than text?"""

import re
from typing import Final
from urllib.parse import urlsplit

# All bounded or possessive: linear on any text.
_IMAGE: Final = re.compile(r"!\[[^\]\n]{0,300}+\](?:\([^)\n]{0,2000}+\)?|\[[^\]\n]{0,100}+\])?")
_LINK: Final = re.compile(r"\[(?P<text>[^\]\n]{0,300}+)\](?:\((?P<url>[^)\n]{0,2000}+)\)?|\[[^\]\n]{0,100}+\])")
_DEFINITION: Final = re.compile(r"(?m)^[ ]{0,3}\[[^\]\n]{1,100}+\]:[^\n]{0,2000}+")
_TAG: Final = re.compile(r"</?[A-Za-z!][^<>\n]{0,2000}+>?|<!--[^\n]{0,2000}+")
_TOKEN: Final = re.compile(r"<[A-Z]{2,20}(?:_[A-Z]{2,20})?_[1-9]\d{0,5}>")
_URL: Final = re.compile(
    r"\b(?:https?|ftp|data|javascript|file|blob|vbscript)\s?:\s?[^\s<>\"')\]]{1,2000}+|\bwww\.[^\s<>\"')\]]{1,2000}+"
    r"|(?<![\w@.])(?:[a-z0-9-]{1,63}+\.){1,8}[a-z]{2,12}/[^\s<>\"')\]]{1,2000}+",
    re.IGNORECASE,
)
_HINTS: Final = ("<", "[", ":", "/", "www.", "WWW.")


def strip_markup(text: str, hosts: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Return the text without images, tags and links to other hosts than `hosts` (https only), and what was removed.

    The words of a link stay. A text without markup is returned unchanged.
    """
    if not any(hint in text for hint in _HINTS):
        return text, ()
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
        return found[0] if _leads_home(found[0].rstrip(".,;!?"), hosts) else drop(found)

    for pattern, change in ((_DEFINITION, drop), (_IMAGE, drop), (_LINK, unlink), (_TAG, drop_tag), (_URL, drop_url)):
        text = pattern.sub(change, text)
    return text, tuple(removed)


def _leads_home(url: str, hosts: frozenset[str]) -> bool:
    """Whether a link goes to one of the company's hosts, without a query, credentials or an odd port."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:
        return False
    plain = not parts.query and not parts.fragment and parts.netloc == parts.hostname
    return parts.scheme == "https" and plain and parts.hostname in hosts
