"""The index of an output folder as vcfimg 0.5 made it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

COLUMNS = (
    "folder",
    "study_instance_uid",
    "images_key",
    "decision_key",
    "as_of",
    "status",
    "failure_stage",
    "failure_code",
    "passing",
    "inputs_sha256",
    "files_signature",
    "scan_signature",
    "result_signature",
)


def upgrade() -> None:
    """Make the table."""
    op.create_table("studies", *(sa.Column(name, sa.String(), primary_key=name == "folder") for name in COLUMNS))
