"""What must be on the machine before anything of ours can run? Standard library only, Python 3.8 or newer."""
