import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "z1"
OLD = "legacy"


def upgrade():
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plan_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_plan", "plan", ["plan_id"], ["id"], ondelete="CASCADE")
        batch_op.alter_column("email", new_column_name="mail", nullable=False)
        batch_op.drop_column("age")
    op.create_index(op.f("ix_account_mail"), "account", ["mail"], unique=True)
    for name in ("scratch", "draft"):
        op.drop_table(name)
    op.rename_table(OLD, "archive")
    op.execute("ALTER TABLE archive ADD COLUMN note text")
    op.execute(sa.text("CREATE TABLE seen (id int PRIMARY KEY)"))


def downgrade():
    op.drop_table("account")
    op.create_table("gone", sa.Column("id", sa.Integer()))
