"""Under which conditions a case of interest happens: scenario discovery."""
