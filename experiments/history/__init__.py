"""What happened, as features of a world."""
