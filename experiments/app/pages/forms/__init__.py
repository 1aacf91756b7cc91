"""What a visitor fills in: scenario and strategies, and a move at the table."""
