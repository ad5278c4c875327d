"""What does the stand-in do for customers of a bank?"""
