"""A Python shop beside SQLite: acts on what has become of its orders, each change exactly once."""
import os
import sqlite3
import time

TAKE = """
    DELETE FROM midtrans_change WHERE id = (
        SELECT id FROM midtrans_next_change WHERE retry_at <= ? ORDER BY id LIMIT 1)
    RETURNING id, order_id, outcome"""

STATES = {"paid": "to ship", "pending": "waiting", "expired": "closed", "cancelled": "closed", "denied": "closed",
          "failed": "closed", "not charged": "closed", "refunded": "refunded"}


def take(database):
    """Takes one change and acts on it, in one transaction. Returns whether there was one."""
    change_id = None
    # Immediate, or SQLite refuses to write after another connection has.
    database.execute("BEGIN IMMEDIATE")
    try:
        rows = database.execute(TAKE, [now()]).fetchall()
        for change_id, order_id, outcome in rows:
            act(database, order_id, outcome)
        database.execute("COMMIT")
    except Exception as error:
        if database.in_transaction:
            database.execute("ROLLBACK")
        if change_id is None:
            raise
        # The change is there again. Others go first; after ten failures a person has to look.
        database.execute(
            """UPDATE midtrans_change SET failures = failures + 1, reason = ?,
                 retry_at = CASE WHEN failures < 9 THEN ? + 10000 * (1 << failures) END
               WHERE id = ?""", [str(error), now(), change_id])
        return True
    return bool(rows)


def act(database, order_id, outcome):
    """What the shop does. A partial refund changes no state: the rest of the order is still to be shipped."""
    database.execute("INSERT INTO ledger (order_id, outcome) VALUES (?, ?)", [order_id, outcome])
    if outcome in STATES:
        database.execute("UPDATE orders SET state = ? WHERE id = ?", [STATES[outcome], order_id])


def now():
    return int(time.time() * 1000)


if __name__ == "__main__":
    # No isolation level: BEGIN and COMMIT are the shop's own.
    database = sqlite3.connect(os.environ["DATABASE"], isolation_level=None, timeout=10)
    database.execute("PRAGMA synchronous = FULL")
    while True:
        if not take(database):
            time.sleep(0.05)
