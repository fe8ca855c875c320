"""A Python shop: acts on what has become of its orders, each change exactly once. Needs psycopg 3."""
import os
import time

import psycopg

TAKE = """
    DELETE FROM midtrans_change WHERE id = (
        SELECT id FROM midtrans_next_change WHERE retry_at <= %s
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, order_id, outcome"""

STATES = {"paid": "to ship", "pending": "waiting", "expired": "closed", "cancelled": "closed", "denied": "closed",
          "failed": "closed", "not charged": "closed", "refunded": "refunded"}


def take(database):
    """Takes one change and acts on it, in one transaction. Returns whether there was one."""
    change_id = None
    try:
        with database.transaction():
            row = database.execute(TAKE, [now()]).fetchone()
            if row is None:
                return False
            change_id, order_id, outcome = row
            act(database, order_id, outcome)
    except Exception as error:
        if change_id is None or database.broken:
            raise
        # The change is there again. Others go first; after ten failures a person has to look.
        database.execute(
            """UPDATE midtrans_change SET failures = failures + 1, reason = %s,
                 retry_at = CASE WHEN failures < 9 THEN %s + 10000 * (1 << failures::int) END
               WHERE id = %s""", [str(error), now(), change_id])
    return True


def act(database, order_id, outcome):
    """What the shop does. A partial refund changes no state: the rest of the order is still to be shipped."""
    database.execute("INSERT INTO ledger (order_id, outcome) VALUES (%s, %s)", [order_id, outcome])
    if outcome in STATES:
        database.execute("UPDATE orders SET state = %s WHERE id = %s", [STATES[outcome], order_id])


def now():
    return int(time.time() * 1000)


if __name__ == "__main__":
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        while True:
            if not take(database):
                time.sleep(0.25)
