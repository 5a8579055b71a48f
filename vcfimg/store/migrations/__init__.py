"""Alembic's scripts, shipped in the package; :mod:`vcfimg.store.migrating` runs them."""
