"""What may be changed, and what does it cost?"""
