"""What is asked: configs, sweeps and designs, and the cells that they give."""

__all__ = [
    "config", "covered", "designs", "held", "idle", "plan", "refine", "refinement", "samples",
    "sweep",
]  # fmt: skip
