"""What does the back office of Aldermere Bank consist of? Four systems, each with data of its own."""
