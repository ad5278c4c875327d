"""What happens to flights and bags today?"""
