"""Are names, addresses and birthdays found as people write them: in four languages, letters, forms, tables and JSON?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.stated_values import find_stated, without_author


def found(text: str, kind: str) -> list[str]:
    return [text[span.start : span.end] for span in find_stated(text) if span.kind == kind]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mein Name ist Anna Keller und ich brauche Hilfe", "Anna Keller"),
        ("mein Vorname ist anna", "anna"),
        ("Ich heiße Jürgen Müller", "Jürgen Müller"),
        ("ich heisse Annette Krüger.", "Annette Krüger"),
        ("Guten Tag, ich bin Anna Keller und habe eine Frage", "Anna Keller"),
        ("Je m'appelle Élodie Dupont", "Élodie Dupont"),
        ("mon nom est Élodie Dupont", "Élodie Dupont"),
        ("Bonjour, je suis Élodie Dupont", "Élodie Dupont"),
        ("Me llamo José García López", "José García López"),
        ("mi nombre es Lucía Fernández", "Lucía Fernández"),
        ("Hola, soy Lucía Fernández", "Lucía Fernández"),
        ("my name's anna", "anna"),
        ("name is anna keller", "anna keller"),
        ("I'm called anna keller", "anna keller"),
        ("This is anna keller speaking", "anna keller"),
        ("Hi, I'm Anna and I need help", "Anna"),
    ],
)
def test_who_introduces_themselves_is_found(text: str, name: str) -> None:
    assert found(text, "NAME") == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Where is it?\n\nMit freundlichen Grüßen\nAnnegret Schröder", "Annegret Schröder"),
        ("Viele Grüße, Annegret Schröder", "Annegret Schröder"),
        ("Cordialement,\nÉlodie Dupont", "Élodie Dupont"),
        ("Un saludo,\nLucía Fernández", "Lucía Fernández"),
        ("Kind regards,\n\nAnna Keller\nSent from my iPhone", "Anna Keller"),
        ("Many thanks\nAnna", "Anna"),
        ("Sincerely, Anna Keller", "Anna Keller"),
        ("Yours faithfully\nMrs A. Keller", "A. Keller"),
        ("Best,\nAnna van der Berg", "Anna van der Berg"),
        ("From: Anna Keller <anna.k@example.org>\nTo: you", "Anna Keller"),
        ("> Von: Schröder, Annegret <a@example.org>", "Schröder, Annegret"),
        ("On Mon, 3 Nov 2026 at 10:02, Anna Keller <ak@example.org> wrote:", "Anna Keller"),
        ('"Anna Keller" <anna_keller@example.org>', "Anna Keller"),
        ("please ask Mrs Keller about it", "Keller"),
        ("Sehr geehrter Herr Dr. Schröder,", "Schröder"),
        ("bonjour, Mme Dupont a payé", "Dupont"),
        ("my husband Robert Frost is also on the booking", "Robert Frost"),
        ("My wife Maria", "Maria"),
        ("mein Mann Robert kommt mit", "Robert"),
        ("mi esposa María García viaja conmigo", "María García"),
        ("ma fille Élodie", "Élodie"),
        ("booked under Keller", "Keller"),
        ("it is in the name of Anna Keller", "Anna Keller"),
        ("auf den Namen Schröder", "Schröder"),
        ("name on card: Anna Keller", "Anna Keller"),
        ("Account holder Anna Keller", "Anna Keller"),
        ("for KELLER/ANNA MARIA MRS", "KELLER/ANNA MARIA"),
        ("Anna Keller (0151 23000101)", "Anna Keller"),
        ("Anna Keller, DOB 12.03.1985", "Anna Keller"),
        ("Anna Keller <anna@example.org>", "Anna Keller"),
        ("Send it to\nAnna Keller\nLindenstraße 12\n60318 Frankfurt", "Anna Keller"),
        ("Von meinem iPhone gesendet\nAnna Keller", "Anna Keller"),
    ],
)
def test_who_signs_is_quoted_or_related_is_found(text: str, name: str) -> None:
    assert found(text, "NAME") == [name]


def test_every_passenger_of_a_list_is_found() -> None:
    assert found("the passengers are Tom Baker, Ann Low and Jane Frost", "NAME") == [
        "Tom Baker",
        "Ann Low",
        "Jane Frost",
    ]


def test_the_surname_of_who_signed_is_found_where_it_stands_alone() -> None:
    text = "Dear Mrs Quastenflosse,\n\nsee above.\n\nKind regards,\nAnnegret Zwiebelmann\nZwiebelmann GmbH"
    assert found(text, "NAME") == ["Quastenflosse", "Annegret Zwiebelmann", "Zwiebelmann"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nachname: Schröder", "Schröder"),
        ("Nom : Lefèvre", "Lefèvre"),
        ("Apellido: Fernández", "Fernández"),
        ("Name (as in passport): KELLER / ANNA MARIA", "KELLER / ANNA MARIA"),
        ("| Name | Anna Keller |\n| Seat | 12A |", "Anna Keller"),
        ("Full name - Anna Keller", "Anna Keller"),
        ("https://shop.example/?name=Anna+Keller&seat=12A", "Anna+Keller"),
        ('{"name": "Anna Keller", "seats": 2}', "Anna Keller"),
        ('"{\\"last_name\\":\\"Keller\\"}"', "Keller"),
        ("Name: Keller, Anna\nSeat: 12A", "Keller, Anna"),
        ("name: anna keller seat: 12A", "anna keller"),
        ("Cardholder: Anna Keller", "Anna Keller"),
    ],
)
def test_a_field_that_is_called_a_name_holds_one(text: str, name: str) -> None:
    assert found(text, "NAME") == [name]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Geburtsdatum: 12.03.1985", "12.03.1985"),
        ("geboren am 12. März 1985", "12. März 1985"),
        ("ich bin am 12.3.85 geboren", "12.3.85"),
        ("né le 12/03/1985", "12/03/1985"),
        ("Date de naissance : 3 mars 1985", "3 mars 1985"),
        ("nací el 12 de marzo de 1985", "12 de marzo de 1985"),
        ("D.O.B.: 12/03/85", "12/03/85"),
        ('"dateOfBirth":"1985-03-12"', "1985-03-12"),
        ("?dob=1985-03-12&x=1", "1985-03-12"),
        ("| DOB | 12.03.1985 |", "12.03.1985"),
        ("date of birth (dd/mm/yyyy): 12/03/1985", "12/03/1985"),
        ("my date of birth's the 12th of March, 1985", "12th of March, 1985"),
        ("My birth date: 19850312", "19850312"),
        ("I was born in March 1985", "March 1985"),
        ("my birthday is on 12 March", "12 March"),
    ],
)
def test_a_day_that_is_called_a_birth_is_found(text: str, day: str) -> None:
    assert found(text, "DOB") == [day]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ich wohne in der Lindenstraße 12, 60318 Frankfurt", "Lindenstraße 12, 60318 Frankfurt"),
        ("meine Adresse ist Goethestr. 5, 10115 Berlin", "Goethestr. 5, 10115 Berlin"),
        ("Anschrift: Am Markt 5, 10115 Berlin", "Am Markt 5, 10115 Berlin"),
        ("bring it to Kirchweg 7, 20095 Hamburg please", "Kirchweg 7, 20095 Hamburg please"),
        ("der Koffer soll nach Kirchweg 7, 20095 Hamburg", "Kirchweg 7, 20095 Hamburg"),
        ("J'habite au 12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris"),
        ("Vivo en Calle Mayor 5, 28013 Madrid", "Calle Mayor 5, 28013 Madrid"),
        ("mi dirección es Calle Mayor 5", "Calle Mayor 5"),
        ("my address is\n12 Baker Street\nLondon NW1 6XE", "12 Baker Street\nLondon NW1 6XE"),
        ("Address: 12 Baker Street\nLondon NW1 6XE", "12 Baker Street\nLondon NW1 6XE"),
        ("the courier knows 12 baker street", "12 baker street"),
        ("I'm at Flat 4, 12 Baker Street, London NW1 6XE", "Flat 4, 12 Baker Street, London NW1 6XE"),
        ("the hotel, 14 Ocean Drive, Miami FL 33139", "14 Ocean Drive, Miami FL 33139"),
        ('"address": "12 Baker Street, London", "seats": 2', "12 Baker Street, London"),
        ("my postcode is NW1 6XE", "NW1 6XE"),
        ("lindenstraße 12", "lindenstraße 12"),
        ("Rua Augusta 12, 1100-053 Lisboa", "Rua Augusta 12, 1100-053 Lisboa"),
        ("Via Roma 12, 00184 Roma", "Via Roma 12, 00184 Roma"),
        ("Storgatan 12, 111 23 Stockholm", "Storgatan 12, 111 23 Stockholm"),
        ("12 Rue Victor Hugo, 69002 Lyon", "12 Rue Victor Hugo, 69002 Lyon"),
        ("PLZ: 60318", "60318"),
    ],
)
def test_a_place_where_somebody_lives_is_found(text: str, address: str) -> None:
    (one,) = found(text, "ADDRESS")
    assert one.startswith(address.removesuffix(" please"))


@pytest.mark.parametrize(
    "text",
    [
        "mein Name ist falsch geschrieben",
        "Via Lisbon 12 March or via Rome",
        "mein Sohn Geburtstag hat",
        "Customer Service (0800 123 4567)",
        "Business Class\n2 seats",
        "registered under the old rules",
        "Ich bin Stammkunde Ihrer Airline geworden",
        "Ich heiße nicht so",
        "my name is misspelled",
        "This is Flight NW212",
        "Flight Number: NW212",
        "Airport Name: Heathrow",
        "Passenger: 2 adults",
        "Thanks, Northwind Air Support",
        "Thank you\nRegards",
        "Best regards",
        "From: Northwind Air <support@northwind.example>",
        "the flight is called off",
        "I am flying on 12 March 2027 and back on 2027-03-19",
        "we fly for my birthday on flight NW212",
        "send it to gate 12",
        "Sitzplatz 12, Flugsteig 3, Parkplatz 7",
        "10 minutes drive, 2 hours down the road",
        "a 3 star street hotel, 12 One Way tickets",
        "row 12, bags 3, fare 4500",
        "zip: the bag's zip is broken",
        "order 60318 Frankfurt to Lisbon",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert find_stated(text) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi, I'm Anna, and I look into it for Mrs Keller.\n\nKind regards,\nAnna", ["Keller"]),
        ("My name is Anna Wu. His wife's name is Mary Jones?", ["Mary Jones"]),
        ("Hello, this is Anna Wu, I read you at 12 Baker Street", ["12 Baker Street"]),
    ],
)
def test_who_writes_may_say_their_own_name(text: str, left: list[str]) -> None:
    spans = without_author(text, find_stated(text))
    assert [text[span.start : span.end] for span in spans] == left


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "Anna ",
            "Mr Anna ",
            "12 Baker ",
            "12 a ",
            "Regards\n",
            "Regards, ",
            "From: Anna",
            "On a,",
            "born ",
            "name: ",
        ),
        *(
            "straße 1",
            "Anna Straße",
            "1, ",
            "Passengers: Anna Keller, ",
            "rue de la ",
            "calle de la ",
            "name - a ",
            "A1 ",
        ),
        *("Name (", "address: 1", "Ich bin Anna ", "12 march ", "A. ", "\n> ", '"Anna Keller" <a', "my wife Anna "),
    ],
)
def test_text_made_to_be_slow_is_not(unit: str) -> None:
    find_stated(unit * (8_000 // len(unit)))


@given(st.text(alphabet="Aa1 .,:\n\"'<>@|&=-/ßé", max_size=160))
def test_spans_lie_in_any_text_in_order_and_apart(text: str) -> None:
    end = 0
    for span in find_stated(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end
