"""What packages are worth: tables, values in a situation, searches, frontiers, solutions."""
