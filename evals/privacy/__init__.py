"""Does anything private leak? Detection measured on labelled texts, and a search for planted values."""
