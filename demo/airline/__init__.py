"""What does Northwind Air run? Booking, fares, loyalty, customers, payments and operations, behind one server."""
