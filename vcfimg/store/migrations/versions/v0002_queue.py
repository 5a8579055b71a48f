"""Rows of the tables, the queue, its attempts, and what the store knows of itself."""

import time

import sqlalchemy as sa
from alembic import op

from vcfimg import __version__
from vcfimg.store.migrations.versions import v0001_output_index as before

revision = "0002"
down_revision = "0001"

COLUMNS = (
    ("listed_by", sa.String()),
    ("listed_signature", sa.String()),
    ("listing", sa.Text()),
    ("priority_class", sa.String()),
    ("priority_order", sa.Integer()),
    ("priority_score", sa.Float()),
    ("study_date", sa.String()),
    ("state", sa.String()),
    ("job", sa.LargeBinary()),
    ("work_key", sa.String()),
    ("run", sa.String()),
    ("shard", sa.BigInteger()),
    ("attempts", sa.Integer()),
    ("queued_at", sa.Float()),
    ("not_before", sa.Float()),
    ("worker", sa.String()),
    ("attempt", sa.Integer()),
    ("lease_until", sa.Float()),
    ("ended", sa.Float()),
    ("action", sa.String()),
    ("seconds", sa.Float()),
)


def upgrade() -> None:
    """Add what is new; an index of before 0.5, which knew less, is emptied: the results say it all again."""
    if {column["name"] for column in sa.inspect(op.get_bind()).get_columns("studies")} != set(before.COLUMNS):
        op.drop_table("studies")
        before.upgrade()
    for name, kind in COLUMNS:
        op.add_column("studies", sa.Column(name, kind))
    op.create_index("studies_by_state", "studies", ["state", "queued_at", "folder"])
    op.create_index("studies_by_run", "studies", ["run", "ended"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("folder", sa.String(), nullable=False, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("started", sa.Float(), nullable=False),
        sa.Column("ended", sa.Float()),
        sa.Column("outcome", sa.String()),
        sa.Column("code", sa.String()),
        sa.Column("action", sa.String()),
        sa.Column("seconds", sa.Float()),
    )
    op.create_table("meta", sa.Column("name", sa.String(), primary_key=True), sa.Column("value", sa.Text()))
    facts = sa.table("meta", sa.column("name", sa.String()), sa.column("value", sa.Text()))
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    op.bulk_insert(
        facts,
        [
            {"name": "schema", "value": revision},
            {"name": "made", "value": made},
            {"name": "made_by", "value": __version__},
        ],
    )
