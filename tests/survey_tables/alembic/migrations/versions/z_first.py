import sqlalchemy as sa
from alembic import op

revision = "z1"
down_revision = None


class Account(sa.orm.declarative_base()):
    """What a data migration needs; no table of today."""

    __tablename__ = "account"
    id = sa.Column(sa.Integer, primary_key=True)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=50), server_default="none"),
        sa.Column("age", sa.Integer()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email", name="uq_mail"),
    )
    op.create_table("plan", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("legacy", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("scratch", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("draft", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade() -> None:
    pass
