"""What was charged, to which card, and what was given back?"""
