"""How cells are played: workers, stores, tables, provenance."""
