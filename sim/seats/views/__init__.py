"""What a seat knows: its view of one world or of many, and its memory."""
