"""Values that took long to compute, kept in a file: a benchmark goes on where it stopped."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "paceline-out"


class Kept:
    """JSON values by what determines them; several processes may use one file."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(file, timeout=60, isolation_level=None)
        self._database.execute("create table if not exists kept (key text primary key, value text)")

    def value(self, compute: Callable[[], Any], **key: Any) -> Any:
        """Return the value of a key; `compute` it where it is not known yet."""
        text = json.dumps(key, sort_keys=True)
        found = self._database.execute("select value from kept where key = ?", [text]).fetchone()
        if found is None:
            found = (json.dumps(compute()),)
            self._database.execute("insert or replace into kept values (?, ?)", [text, *found])
        return json.loads(found[0])
