"""Which personal values are planted, and in which forms would each be found again? Repeatable, and nobody's."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from evals.privacy.search import letters_of
from governance.cards import passes_luhn
from governance.ibans import is_iban

type Source = Literal["declared", "known", "structured", "stated", "asked", "late", "unread", "unrecorded", "id"]
"""`declared`: at a pointer that the pack names; `known`: of the customer's record; `structured`: shown by its shape;
`stated`: introduced ("my name is …"); `asked`: written alone, since it was asked for, and in no record; `late`: of a
record that was read after it was said; `unrecorded`: names and places that stand in no record; `unread`: of a record
that nothing has read for this request, and so are unknown to it; `id`: what a client calls its messages and keys."""

SHORTEST = 6
"""Letters and digits: less may stand anywhere by chance."""
_STARTS = ("Br", "Dr", "Fl", "Gr", "Kl", "Pl", "Qu", "Schr", "Tr", "Vl", "W", "Z")
_MIDDLES = ("andel", "orvin", "usket", "ibbow", "elmar", "octav", "yster", "ompel")
_ENDS = ("brand", "dottir", "feld", "kovic", "mann", "quist", "shaw", "wick")


@dataclass(frozen=True)
class Planted:
    """A value somewhere in the machine: of which source and kind, as it was written, and as it is recorded."""

    source: Source
    kind: str
    said: str
    recorded: str = ""

    @property
    def forms(self) -> frozenset[str]:
        """Letters and digits of what is looked for: as said, as recorded, and a phone without its country's code."""
        whole = {letters_of(one) for one in (self.said, self.recorded) if one}
        if self.kind == "PHONE":
            whole |= {form[-9:] for form in whole}
        if self.kind == "NAME":
            whole |= {letters_of(word) for one in (self.said, self.recorded) for word in one.split()}
        return frozenset(form for form in whole if len(form) >= SHORTEST)


@dataclass(frozen=True)
class Person:
    """A customer as the company knows them, once the record has been planted."""

    pack: str
    customer_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    date_of_birth: date

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass
class Planter:
    """Makes values from a seed, and remembers each."""

    chance: random.Random
    mark: str = "aa"
    """Two letters in which this planter's words end, so that no other's are the same."""
    planted: list[Planted] = field(default_factory=list[Planted])
    _words: set[str] = field(default_factory=set[str])

    @classmethod
    def numbered(cls, seed: int, number: int) -> "Planter":
        """The planter of this number: its values are those of no other number."""
        letters = "abcdefghijklmnopqrstuvwxyz"
        mark = letters[number // len(letters) % len(letters)] + letters[number % len(letters)]
        return cls(random.Random(f"{seed}/{number}"), mark)

    def plant(self, source: Source, kind: str, said: str, recorded: str = "") -> str:
        """Remember a value; returns it as it is written."""
        self.planted.append(Planted(source, kind, said, recorded))
        return said

    def new(self, kind: str) -> str:
        """A value that its shape shows, remembered as such."""
        ways = {
            "CARD": self.card,
            "PHONE": self.phone,
            "IBAN": self.iban,
            "EMAIL": self.email,
            "NATIONAL_ID": self.passport,
        }
        return self.plant("structured", kind, ways[kind]())

    def word(self) -> str:
        """A name that nobody has and no text of ours holds, another one each time."""
        while True:
            parts = (_STARTS, _MIDDLES, _MIDDLES, _ENDS)
            word = "".join(self.chance.choice(part) for part in parts) + self.mark
            if word not in self._words:
                self._words.add(word)
                return word

    def name(self) -> str:
        """First and last name."""
        return f"{self.word()} {self.word()}"

    def place(self) -> str:
        """A street with its number, and a town."""
        street = f"{self.word()} {self.chance.choice(('Street', 'Lane', 'Road'))} {self.chance.randint(10, 99)}"
        return f"{street}, {self.chance.randint(10_000, 99_999)} {self.word()}"

    def card(self) -> str:
        """A number that passes Luhn, grouped somehow."""
        start, length, groups = self.chance.choice(_CARDS)
        body = start + self.digits(length - 1 - len(start))
        number = next(body + last for last in "0123456789" if passes_luhn(body + last))
        return self.chance.choice(("", " ", "-", ".", "\u00a0", " - ")).join(_cut(number, groups))

    def phone(self) -> str:
        """A German or British number, written somehow."""
        number = "".join(self.chance.choices("23456789", k=7))
        ways = (
            f"+49 170 {number}",
            f"0049 171-{number}",
            f"(0172) {number[:3]} {number[3:]}",
            f"+44 7700 9{number[:5]}",
        )
        return self.chance.choice(ways)

    def mobile(self) -> str:
        """A German number as a record holds it."""
        return f"+49151{self.digits(8)}"

    def iban(self) -> str:
        """A German account's number with right check digits."""
        account = self.digits(18)
        iban = next(one for check in range(2, 99) if is_iban(one := f"DE{check:02}{account}"))
        return self.chance.choice((iban, iban.lower(), " ".join(_cut(iban, (4, 4, 4, 4, 4, 2)))))

    def email(self) -> str:
        """An address of a domain that is nobody's."""
        letters = "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz", k=11))
        return self.chance.choice((f"{letters}@mail.example.org", f"{letters[:5]}.{letters[5:]}+x@example.co.uk"))

    def passport(self) -> str:
        """A number as passports have them."""
        return f"C{self.chance.choice('FGHJK')}{self.digits(7)}"

    def birthday(self) -> date:
        """A day between 1950 and 1999 whose day and month have two digits, so that every form is long enough."""
        return date(self.chance.randint(1950, 1999), self.chance.randint(10, 12), self.chance.randint(10, 28))

    def digits(self, count: int) -> str:
        """Digits, no more."""
        return "".join(self.chance.choices("0123456789", k=count))


_CARDS = (("4", 16, (4, 4, 4, 4)), ("52", 16, (4, 4, 4, 4)), ("37", 15, (4, 6, 5)), ("6011", 16, (8, 8)))


def _cut(number: str, groups: Iterable[int]) -> Iterator[str]:
    for size in groups:
        yield number[:size]
        number = number[size:]


def make_person(planter: Planter, pack: str, customer_id: str) -> Person:
    """A record with values that stand nowhere else, remembered as known ones."""
    first, last, born = planter.word(), planter.word(), planter.birthday()
    phone = planter.mobile()
    email = f"{first}.{last}@example.net".lower()
    person = Person(pack, customer_id, first, last, email, phone, planter.place(), born)
    record = (("NAME", first), ("NAME", last), ("EMAIL", email), ("PHONE", phone), ("ADDRESS", person.address))
    for kind, value in record:
        planter.plant("known", kind, value)
    return person


def written_otherwise(person: Person, planter: Planter, source: Source) -> dict[str, str]:
    """What stands in the record, as somebody may type it: other case, order, spacing and date."""
    chance, born = planter.chance, person.date_of_birth
    days = (f"{born:%d.%m.%Y}", f"{born:%B} {born.day}, {born.year}", f"{born.day} {born:%b} {born.year}", f"{born}")
    said = {
        "NAME": chance.choice((person.name, person.name.upper(), f"{person.last_name}, {person.first_name}")),
        "EMAIL": chance.choice((person.email, person.email.upper())),
        "PHONE": chance.choice(
            (person.phone, f"0{person.phone[3:6]} / {person.phone[6:]}", person.phone.replace("+", "00"))
        ),
        "ADDRESS": chance.choice((person.address, person.address.lower(), person.address.split(",")[0])),
        "DOB": chance.choice(days),
    }
    for kind, value in said.items():
        planter.plant(source, kind, value)
    return said


def make_decoys(planter: Planter, count: int = 2_000) -> list[Planted]:
    """Phone numbers that are given to nobody: what is found of them lies there by chance."""
    known = [Planted("known", "PHONE", planter.mobile()) for _ in range(count // 2)]
    return [*known, *(Planted("structured", "PHONE", planter.phone()) for _ in range(count // 2))]
