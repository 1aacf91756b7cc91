"""Who sits at the table: players that ask strategies, and the strategies' seam."""
