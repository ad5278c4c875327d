"""Where does a text hold a bank account's number in its country's own form, beside its bank's code?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.personal import Span

BANK_ACCOUNT: Final = "BANK_ACCOUNT"

_BANK: Final = re.compile(
    r"\b(?:sort[ -]?code|blz|bankleitzahl|routing(?: number)?|aba)\b[^0-9\n]{0,12}"
    r"(?P<value>[0-9]{2}[ -][0-9]{2}[ -][0-9]{2}|[0-9]{3} ?[0-9]{3} ?[0-9]{2,3}|[0-9]{6})(?![0-9])",
    re.IGNORECASE,
)
_ACCOUNT: Final = re.compile(
    r"\b(?:account|acct|a/c|konto)(?:[ -]?(?:number|no\.?|nr\.?|nummer))?(?: is| ist|:)?[ :#]{1,3}"
    r"(?P<value>[0-9]{5,12})(?![0-9])",
    re.IGNORECASE,
)


def find_account_pairs(text: str) -> Iterator[Span]:
    """Yield the account's number where the text names a bank's code too: alone it may be a customer's number."""
    banks = list(_BANK.finditer(text))
    if banks:
        for found in (*banks, *_ACCOUNT.finditer(text)):
            yield Span(*found.span("value"), BANK_ACCOUNT)
