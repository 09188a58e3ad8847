"""A store as earlier formats wrote it."""

import io
import json
import sqlite3
from pathlib import Path

import numpy as np


def of_format_1(place: Path) -> None:
    """Make a store as the first format wrote it, with the outcome "key"."""
    plain = {"variant": "a", "seed": 3, "status": "done", "steps_per_epoch": 1, "test": {}}
    plain |= {"seconds": 1.5, "peak_memory": 10, "versions": {"keras": "3"}, "error": None}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        plain=np.frombuffer(json.dumps(plain).encode(), dtype=np.uint8),
        rates=np.array([0.1]),
        losses=np.array([1.0]),
        **{"validation/top/1": np.array([0.4])},
    )
    connection = sqlite3.connect(place)
    connection.executescript(
        "create table paceline (name varchar(40) primary key, value varchar(40) not null);"
        "insert into paceline values ('format', '1');"
        "create table paceline_trials (key varchar(64) primary key, task text, task_key text,"
        " variant text, seed bigint, status varchar(16), outcome blob)"
    )
    row = ("key", "t", "k", "a", 3, "done", buffer.getvalue())
    connection.execute("insert into paceline_trials values (?, ?, ?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()
