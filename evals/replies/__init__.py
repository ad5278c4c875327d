"""How well are replies checked? `python -m evals.replies` judges a corpus and writes docs/results/replies.json."""
