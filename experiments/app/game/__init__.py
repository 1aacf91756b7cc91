"""A person at the table: the sitting, what is seen, built and told afterwards."""
