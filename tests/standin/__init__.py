"""Does the stand-in behave as a model server does, and does its brain reach its goals?"""
