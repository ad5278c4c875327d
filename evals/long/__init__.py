"""Do long requests, and many of them, come to their end? `python -m evals.long` measures it."""
