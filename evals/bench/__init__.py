"""What does a turn of Handrail cost beside the same steps on Temporal alone? `python -m evals.bench`."""
