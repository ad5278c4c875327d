"""Does the customer's chat work in a real browser?"""
