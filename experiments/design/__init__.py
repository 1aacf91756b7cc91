"""What is asked: configs, sweeps, designs, and the cells that they give."""
