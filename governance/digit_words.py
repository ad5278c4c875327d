"""Which digit does a word of four languages say?"""

from typing import Final

DIGIT_WORDS: Final = {
    word: str(digit)
    for digit, words in enumerate(
        (
            *("zero oh nil null cero zéro", "one eins un uno una", "two zwei zwo dos deux", "three drei tres trois"),
            *("four vier cuatro quatre", "five fünf cinco cinq", "six sechs seis", "seven sieben siete sept"),
            *("eight acht ocho huit", "nine neun nueve neuf"),
        )
    )
    for word in words.split()
}
