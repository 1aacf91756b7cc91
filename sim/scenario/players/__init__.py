"""Who plays: strategies by name, from files and packages, with their parameters."""
