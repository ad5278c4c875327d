"""What lies in the demo systems when they start?"""
