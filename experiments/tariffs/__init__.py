"""Any rates, asked from Python or the shell."""
