"""Which names and streets do invented customers have?"""


def word_list(words: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(words.split())


FIRST_NAMES = word_list(
    "Ada Adrian Aisha Amelie Andrei Anton Beatriz Bruno Camille Carlos Chiara Clara Daniel Diana Elias Elena Emil "
    "Emma Erik Farah Felix Fiona Gabriel Greta Hannah Hugo Ibrahim Ida Ines Ivan Jana Jonas Julia Kenji Klara "
    "Lars Laura Leo Lina Luca Marco Marta Mateo Mila Nadia Nils Noor Olivia Oscar Paula Pedro Petra Priya Rafael "
    "Rosa Samuel Sara Stefan Tara Tomas Vera Viktor Wei Yara Zoe"
)
LAST_NAMES = word_list(
    "Abel Almeida Andersen Bauer Bianchi Borg Brandt Carvalho Chen Costa Dahl Diaz Dubois Eriksen Fischer "
    "Fontaine Garcia Gruber Haas Hansen Ibsen Jansen Jensen Kaya Klein Kowalski Kumar Larsen Lehmann Lopez Marino "
    "Martin Meyer Moreau Nakamura Neumann Novak Olsen Ortega Patel Pereira Petrov Popescu Richter Rossi Roth Ruiz "
    "Schmidt Schulz Silva Singh Sorensen Tanaka Torres Vargas Vogel Weber Winkler Yilmaz Zimmer"
)
STREETS = word_list("Lindenweg Bergstraße Schillerstraße Gartenweg Hauptstraße Mühlgasse Rosenweg Parkallee")
TOWNS = (
    "60318 Frankfurt am Main",
    "55116 Mainz",
    "64283 Darmstadt",
    "50667 Köln",
    "69115 Heidelberg",
    "80331 München",
    "1250-096 Lisboa",
    "28013 Madrid",
)
