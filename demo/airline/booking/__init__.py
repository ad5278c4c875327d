"""Who flies where, when, and for how much was it sold?"""
