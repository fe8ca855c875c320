-- The tables of the Midtrans inbox, version 1, for PostgreSQL 12 or later.
--
-- `Inbox::migrate` runs this text; a shop whose migrations run elsewhere may run it itself, and then
--     CREATE TABLE midtrans_schema (version BIGINT NOT NULL);
--     INSERT INTO midtrans_schema (version) VALUES (1);
-- The tables are made in the first schema of the `search_path`. One inbox is for one merchant account.
--
-- Times are milliseconds since 1970-01-01 00:00:00 UTC. Amounts are whole rupiah.

-- One row per order: what the shop expects, what the gateway has answered, and when to ask next.
--
-- A program that does not speak Rust writes an order down before it charges, in the transaction that stores its own order:
--     INSERT INTO midtrans_order
--         (order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, check_at)
--     VALUES ('order-101', 40000, 'akulaku', 'a new key', now + 240000, now + 7200000, now, now + 240000);
-- and sends the charge with that key in the header `Idempotency-Key`, only after the commit. It changes no row.
CREATE TABLE midtrans_order (
    -- The shop's id of the order.
    order_id TEXT PRIMARY KEY,
    -- The price.
    amount BIGINT NOT NULL,
    -- The payment method, as the gateway calls it: 'akulaku', 'kredivo', 'bank_transfer', …
    payment_type TEXT NOT NULL,
    -- The key that the charge is sent with.
    idempotency_key TEXT NOT NULL,
    -- The last moment at which the charge can arrive at the gateway: the order is never reported as 'not charged' before it.
    charge_until BIGINT NOT NULL,
    -- The latest moment at which the payment expires, if the customer does nothing.
    expires_at BIGINT NOT NULL,
    -- The time at which the order was stored, for this life of it.
    recorded_at BIGINT NOT NULL,
    -- The outcome reported last: 'pending', 'paid', 'denied', 'cancelled', 'expired', 'failed', 'not charged', 'refunded',
    -- 'partly refunded', 'disputed', 'partly disputed'; NULL before the first.
    outcome TEXT,
    -- The time of the next question to the gateway; NULL is never. While a worker asks, the end of its lease.
    check_at BIGINT,
    -- The end of the lease while a worker asks: after it, another worker may.
    leased_until BIGINT,
    -- The fencing token of the claim. An answer counts only while it is the same.
    fence BIGINT NOT NULL DEFAULT 0,
    -- The time of the oldest notification that no answer has explained yet.
    notified_at BIGINT,
    -- The reason why a person has to decide about the order; NULL if there is none.
    review TEXT,
    -- The rest of the record, as JSON.
    state TEXT NOT NULL DEFAULT '{}'
-- A question writes a row twice. Vacuumed often, the index below has few dead entries where the next question is looked for.
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX midtrans_order_check ON midtrans_order (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX midtrans_order_review ON midtrans_order (order_id) WHERE review IS NOT NULL;

-- Notifications as they came, verified, for the record. At most 100 of one order.
CREATE TABLE midtrans_notification (
    -- The order in which they came. Nothing but the key below is unique: a number that comes twice, as after a restored
    -- sequence, keeps no notification from being stored.
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    -- The deduplication key: a hash.
    dedupe_key BYTEA PRIMARY KEY,
    order_id TEXT NOT NULL,
    transaction_id TEXT,
    status_code TEXT NOT NULL,
    transaction_status TEXT,
    fraud_status TEXT,
    -- The amount as it was written.
    gross_amount TEXT NOT NULL,
    -- The amount in whole rupiah, where it is one.
    amount BIGINT,
    received_at BIGINT NOT NULL,
    -- True while its order is not expected.
    unexpected BOOLEAN NOT NULL DEFAULT FALSE,
    -- The notification itself. It holds personal data; `prune` forgets it.
    body TEXT
);
CREATE INDEX midtrans_notification_id ON midtrans_notification (id);
CREATE INDEX midtrans_notification_order ON midtrans_notification (order_id);
CREATE INDEX midtrans_notification_unexpected ON midtrans_notification (order_id) WHERE unexpected;
CREATE INDEX midtrans_notification_body ON midtrans_notification (received_at, id) WHERE body IS NOT NULL;

-- Notifications that are not yet in their order's record: the backlog. Short: rows come and go.
CREATE TABLE midtrans_wake (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id TEXT NOT NULL,
    status_code TEXT NOT NULL,
    amount BIGINT,
    transaction_id TEXT,
    received_at BIGINT NOT NULL,
    -- The row in `midtrans_notification`; NULL for a notification that was not stored again.
    notification_id BIGINT
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
-- Of notifications that are not stored, one per order and code waits.
CREATE INDEX midtrans_wake_unstored ON midtrans_wake (order_id, status_code) WHERE notification_id IS NULL;

-- Changes that are not acted on yet. Each is reported once: it is deleted in the transaction that acts on it.
--
-- The worker does this with the shop's handler. A program that does not speak Rust takes a change itself, with any client,
-- and has the worker run without a handler:
--     BEGIN;
--     DELETE FROM midtrans_change
--         WHERE id = (SELECT id FROM midtrans_next_change
--             WHERE retry_at <= (extract(epoch FROM now()) * 1000)::bigint
--             ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
--         RETURNING id, order_id, outcome, outcome_before, refunds, amount, payment_type, transaction_id, changed_at;
--     -- act, in this transaction
--     COMMIT;
-- Any number of programs may do so at once; each gets another order. After a failure, roll back, and write down that it is
-- to be tried again later:
--     UPDATE midtrans_change SET failures = failures + 1, reason = 'why',
--         retry_at = (extract(epoch FROM now()) * 1000)::bigint + 10000 WHERE id = 7;
-- or, after too many failures, make it a dead letter: `retry_at = NULL`.
CREATE TABLE midtrans_change (
    -- The sequence.
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id TEXT NOT NULL,
    amount BIGINT NOT NULL,
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
    notified_at BIGINT,
    -- The time at which it was stored.
    changed_at BIGINT NOT NULL,
    -- The number of failures.
    failures INTEGER NOT NULL DEFAULT 0,
    -- The time of the next try: 0 is at once, NULL is a dead letter.
    retry_at BIGINT DEFAULT 0,
    -- The reason of the last failure.
    reason TEXT
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX midtrans_change_order ON midtrans_change (order_id, id);
CREATE INDEX midtrans_change_retry ON midtrans_change (retry_at, id) WHERE retry_at IS NOT NULL;
CREATE INDEX midtrans_change_dead ON midtrans_change (id) WHERE retry_at IS NULL;

-- The changes that may be acted on as far as their order is concerned: one of an order waits while an earlier one of it is
-- there, also while that is a dead letter, or is being taken.
--
-- Written as a comparison, not as NOT EXISTS, which PostgreSQL may turn into a join of the whole table with itself. With <=,
-- which here says the same as =, PostgreSQL expects that many rows pass, and takes the first ones by index; with = it expects
-- so few that it looks at all of a backlog each time. And + 0 keeps it from looking for the least number among all orders'.
CREATE VIEW midtrans_next_change AS
    SELECT * FROM midtrans_change AS change
    WHERE id <= (SELECT min(earlier.id + 0) FROM midtrans_change AS earlier WHERE earlier.order_id = change.order_id);
