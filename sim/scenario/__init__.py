"""From what is said to what is played: a config becomes tables, rules and players."""
