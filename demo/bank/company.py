"""What makes Aldermere Bank a demo company?"""

from datetime import timedelta

from demo.bank import control
from demo.bank.accounts import api as accounts
from demo.bank.accounts.tables import AccountsTable
from demo.bank.cards import api as cards
from demo.bank.cards.tables import CardsTable
from demo.bank.people import api as people
from demo.bank.people.tables import PeopleTable
from demo.bank.rolling import roll_dates, settle_nothing
from demo.bank.seeding.plant import DATASET, plant
from demo.bank.seeding.stories import STORIES
from demo.bank.shapes import CUSTOMER_ID, IBAN, SYSTEMS
from demo.bank.transfers import api as transfers
from demo.bank.transfers.tables import TransfersTable
from demo.systems.company import Company, Visitor
from demo.systems.problems import Refusals
from demo.systems.settings import DemoSettings

_TITLES = {
    "account_not_open": (409, "The account is not open"),
    "already_cancelled": (409, "The standing order is already cancelled"),
    "card_blocked": (409, "The card is blocked for good"),
    "insufficient_funds": (409, "There is not enough money on the account"),
    "limit_exceeded": (409, "The daily limit is exceeded"),
    "limit_too_high": (409, "The limit is above what the bank allows"),
    "not_frozen": (409, "The card is not frozen"),
    "not_higher": (409, "The limit is not higher"),
    "payee_active": (409, "The payee is active"),
    "payee_closed": (409, "The payee is closed"),
    "payee_exists": (409, "The payee exists already"),
}

BANK = Company(
    name="bank",
    title="Aldermere Bank",
    realm="aldermere",
    systems=SYSTEMS,
    apis={"people": people, "accounts": accounts, "transfers": transfers, "cards": cards},
    control=control.router,
    settings=DemoSettings,
    refusals=Refusals("urn:aldermere:problem:", _TITLES),
    subject=CUSTOMER_ID,
    claimed_record=IBAN,
    record="iban",
    dataset=DATASET,
    tables=(PeopleTable.metadata, AccountsTable.metadata, TransfersTable.metadata, CardsTable.metadata),
    plant=plant,
    roll=roll_dates,
    settle=settle_nothing,
    people=lambda: STORIES,
    visitor=Visitor(
        "is told what is public",
        ("Hi there", "What interest do savings accounts pay?", "What is my balance?", "I want a person"),
    ),
    audience="aldermere.",
    feed_age={"cards": timedelta(seconds=30)},  # the card network's view; the rest answers from the record itself
)
