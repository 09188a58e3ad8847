"""The tables of the store."""

import sqlalchemy as sa

metadata = sa.MetaData()
meta = sa.Table(
    "paceline",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(40), nullable=False),
)
trials = sa.Table(
    "paceline_trials",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("task", sa.Text, nullable=False, index=True),
    sa.Column("task_key", sa.String(64), nullable=False),
    sa.Column("variant", sa.Text, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("outcome", sa.LargeBinary, nullable=False),
)
comparisons = sa.Table(
    "paceline_comparisons",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),  # grows with every start
    sa.Column("identity", sa.String(64), nullable=False, index=True),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("task_key", sa.String(64), nullable=False),
    sa.Column("started", sa.String(40), nullable=False),
    sa.Column("protocol", sa.LargeBinary, nullable=False),
)
searches = sa.Table(
    "paceline_searches",
    metadata,
    sa.Column("identity", sa.String(64), primary_key=True),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("task_key", sa.String(64), nullable=False),
    sa.Column("started", sa.String(40), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
