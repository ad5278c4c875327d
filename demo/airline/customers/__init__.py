"""Who is the customer, and with whom do they travel?"""
