"""What runs: one module or package a process."""
