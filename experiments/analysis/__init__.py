"""What differs, by how much, and why: effects, games, sensitivity, discovery."""
