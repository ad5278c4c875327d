"""What is remembered: PostgreSQL tables and queries, and pack loading."""
