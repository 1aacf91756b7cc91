"""What is asked: experiment configs, their runs, results and figures."""
