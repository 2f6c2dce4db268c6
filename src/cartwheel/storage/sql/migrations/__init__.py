"""Forward-only migrations of the shop's tables, run by Alembic."""
