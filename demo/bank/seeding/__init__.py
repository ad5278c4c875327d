"""Who banks here at the start, and what happened on their accounts?"""
