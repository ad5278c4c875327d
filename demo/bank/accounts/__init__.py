"""What is on each account, what came in and went out, and how much may go out in a day?"""
