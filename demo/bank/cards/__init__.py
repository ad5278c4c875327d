"""Which cards does a customer have, and which of them are frozen?"""
