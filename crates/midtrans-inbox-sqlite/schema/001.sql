-- The tables of the Midtrans inbox, version 1, for SQLite 3.37 or later.
--
-- `migrate` runs this text; a shop whose migrations run elsewhere may run it itself, and then
--     CREATE TABLE midtrans_schema (version INTEGER NOT NULL) STRICT;
--     INSERT INTO midtrans_schema (version) VALUES (1);
--
-- Times are milliseconds since 1970-01-01 00:00:00 UTC. Amounts are whole rupiah.

-- One row per order: what the shop expects, what the gateway has answered, and when to ask next.
--
-- A program that does not speak Rust writes an order down before it charges, in the transaction that stores its own order:
--     INSERT INTO midtrans_order
--         (order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, check_at)
--     VALUES ('order-101', 40000, 'akulaku', 'key-101', now + 240000, now + 7200000, now, now + 240000);
-- with a new key for each charge, and sends the charge with it in the header `Idempotency-Key`, only after the commit. It
-- changes no row.
CREATE TABLE midtrans_order (
    -- The shop's id of the order.
    order_id TEXT PRIMARY KEY,
    -- The price.
    amount INTEGER NOT NULL,
    -- The payment method, as the gateway calls it: 'akulaku', 'kredivo', 'bank_transfer', …
    payment_type TEXT NOT NULL,
    -- The key that the charge is sent with.
    idempotency_key TEXT NOT NULL,
    -- The last moment at which the charge can arrive at the gateway: the order is never reported as 'not charged' before it.
    charge_until INTEGER NOT NULL,
    -- The latest moment at which the payment expires, if the customer does nothing.
    expires_at INTEGER NOT NULL,
    -- The time at which the order was stored, for this life of it.
    recorded_at INTEGER NOT NULL,
    -- The outcome reported last: 'pending', 'paid', 'denied', 'cancelled', 'expired', 'failed', 'not charged', 'refunded',
    -- 'partly refunded', 'disputed', 'partly disputed'; NULL before the first.
    outcome TEXT,
    -- The time of the next question to the gateway; NULL is never. While a worker asks, the end of its lease.
    check_at INTEGER,
    -- The end of the lease while a worker asks: after it, another worker may.
    leased_until INTEGER,
    -- The fencing token of the claim. An answer counts only while it is the same.
    fence INTEGER NOT NULL DEFAULT 0,
    -- The time of the oldest notification that no answer has followed yet.
    notified_at INTEGER,
    -- The reason why a person has to decide about the order; NULL if there is none.
    review TEXT,
    -- The rest of the record, as JSON.
    state TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX midtrans_order_check ON midtrans_order (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX midtrans_order_review ON midtrans_order (order_id) WHERE review IS NOT NULL;

-- Notifications as they came, verified, for the record. At most 100 of one order.
CREATE TABLE midtrans_notification (
    id INTEGER PRIMARY KEY,
    -- The deduplication key: a hash.
    dedupe_key BLOB NOT NULL UNIQUE,
    order_id TEXT NOT NULL,
    transaction_id TEXT,
    status_code TEXT NOT NULL,
    transaction_status TEXT,
    fraud_status TEXT,
    -- The amount as it was written.
    gross_amount TEXT NOT NULL,
    -- The amount in whole rupiah, where it is one.
    amount INTEGER,
    received_at INTEGER NOT NULL,
    -- 1 while its order is not expected.
    unexpected INTEGER NOT NULL DEFAULT 0 CHECK (unexpected IN (0, 1)),
    -- The notification itself. It holds personal data; `prune` forgets it.
    body TEXT
) STRICT;
CREATE INDEX midtrans_notification_order ON midtrans_notification (order_id);
CREATE INDEX midtrans_notification_unexpected ON midtrans_notification (order_id) WHERE unexpected;
CREATE INDEX midtrans_notification_body ON midtrans_notification (received_at) WHERE body IS NOT NULL;

-- Notifications that are not yet in their order's record: the backlog. Short.
CREATE TABLE midtrans_wake (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    status_code TEXT NOT NULL,
    amount INTEGER,
    transaction_id TEXT,
    received_at INTEGER NOT NULL,
    -- The row in `midtrans_notification`; NULL for a notification that was not stored again.
    notification_id INTEGER
) STRICT;
-- Of notifications that are not stored, one per order and code waits.
CREATE INDEX midtrans_wake_unstored ON midtrans_wake (order_id, status_code) WHERE notification_id IS NULL;

-- Changes that are not acted on yet. Each is reported once: it is deleted in the transaction that acts on it.
--
-- The worker does this with the shop's handler. A program that does not speak Rust takes a change itself, with any
-- client, and runs the worker without a handler:
--     BEGIN IMMEDIATE;
--     DELETE FROM midtrans_change
--         WHERE id = (SELECT id FROM midtrans_next_change
--             WHERE retry_at <= unixepoch() * 1000 ORDER BY id LIMIT 1)
--         RETURNING id, order_id, outcome, outcome_before, refunds, amount, payment_type, transaction_id, changed_at;
--     -- act, in this transaction
--     COMMIT;
-- After a failure, roll back, and write down that it is to be tried again later:
--     UPDATE midtrans_change SET failures = failures + 1, reason = 'why',
--         retry_at = unixepoch() * 1000 + 10000 WHERE id = 7;
-- or, after too many failures, make it a dead letter: `retry_at = NULL`.
CREATE TABLE midtrans_change (
    -- The sequence. An id is never used again.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    payment_type TEXT NOT NULL,
    -- The gateway's id of the transaction; empty where none is known.
    transaction_id TEXT NOT NULL,
    -- The new outcome and the one before, in the words of `midtrans_order.outcome`.
    outcome TEXT NOT NULL,
    outcome_before TEXT,
    -- Refunds that are new or newly confirmed by the bank, as a JSON list of objects with `transaction_id`, `amount`,
    -- `confirmed`, and `refund_key`, `refund_chargeback_id`, `refund_chargeback_uuid` as far as they are known.
    refunds TEXT NOT NULL,
    -- The time of the notification that caused it; NULL if there was none.
    notified_at INTEGER,
    -- The time at which it was stored.
    changed_at INTEGER NOT NULL,
    -- The number of failures.
    failures INTEGER NOT NULL DEFAULT 0,
    -- The time of the next try: 0 is at once, NULL is a dead letter.
    retry_at INTEGER DEFAULT 0,
    -- The reason of the last failure.
    reason TEXT
) STRICT;
CREATE INDEX midtrans_change_order ON midtrans_change (order_id);
CREATE INDEX midtrans_change_retry ON midtrans_change (retry_at) WHERE retry_at IS NOT NULL;
CREATE INDEX midtrans_change_dead ON midtrans_change (id) WHERE retry_at IS NULL;

-- The changes that may be acted on as far as their order is concerned: one of an order waits while an earlier one of it is
-- there, also while that is a dead letter.
CREATE VIEW midtrans_next_change AS
    SELECT * FROM midtrans_change AS change
    WHERE NOT EXISTS (
        SELECT 1 FROM midtrans_change AS earlier WHERE earlier.order_id = change.order_id AND earlier.id < change.id
    );
