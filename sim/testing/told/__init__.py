"""What is noticed of a strategy besides its answers: what it leaves behind, and what it names."""

__all__ = ["traces", "verdicts", "words"]
