"""Which tier and how many points has a customer?"""
