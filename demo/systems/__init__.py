"""What do the demo companies' back offices have in common? Tokens, keys, ledgers, faults, and one server each."""
