"""What happens: the model, its talks, what moves cost, and the record."""
