"""Who are the customers, for whom may each act, and what did staff note?"""
