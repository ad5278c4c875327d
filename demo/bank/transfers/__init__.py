"""To whom does a customer pay, once or every month?"""
