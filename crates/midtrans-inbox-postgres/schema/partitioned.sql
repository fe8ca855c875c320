-- Optional: `midtrans_notification` in partitions by month, for a shop that would rather drop a month than prune it.
--
-- Run it after 001.sql, before the first notification, as the role that owns the tables; it refuses a table with rows. Then
-- run grants.sql again, because the new table has no rights yet; make a partition for each month before it begins, and drop one
-- when its month is older than you keep notifications:
--     DROP TABLE midtrans_notification_2027_01;
-- The disk is free at once. It waits for those who read the table, and notifications wait behind it: do it where no long
-- transaction is open, with a short `lock_timeout`. Orders keep their row, with all that was answered about them.
--
-- A primary key of partitions has to hold what they are parted by. So a notification is stored twice where the same one
-- comes twice at the same time over two connections; its order is then asked about once more. Later duplicates are
-- found as before, by a look at each partition's index.
BEGIN;
LOCK TABLE midtrans_notification IN ACCESS EXCLUSIVE MODE;
DO $$ BEGIN
    IF EXISTS (SELECT FROM midtrans_notification) THEN
        RAISE EXCEPTION 'midtrans_notification holds rows: part it before the first notification';
    END IF;
END $$;
DROP TABLE midtrans_notification;
-- The columns are those of 001.sql.
CREATE TABLE midtrans_notification (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    dedupe_key BYTEA NOT NULL,
    order_id TEXT NOT NULL,
    transaction_id TEXT,
    status_code TEXT NOT NULL,
    transaction_status TEXT,
    fraud_status TEXT,
    gross_amount TEXT NOT NULL,
    amount BIGINT,
    received_at BIGINT NOT NULL,
    unexpected BOOLEAN NOT NULL DEFAULT FALSE,
    body TEXT,
    PRIMARY KEY (dedupe_key, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX midtrans_notification_id ON midtrans_notification (id);
CREATE INDEX midtrans_notification_order ON midtrans_notification (order_id);
CREATE INDEX midtrans_notification_unexpected ON midtrans_notification (order_id) WHERE unexpected;
CREATE INDEX midtrans_notification_body ON midtrans_notification (received_at, id) WHERE body IS NOT NULL;
-- January 2027, UTC, from
--     SELECT (extract(epoch FROM timestamptz '2027-01-01 00:00:00+00') * 1000)::bigint;
CREATE TABLE midtrans_notification_2027_01 PARTITION OF midtrans_notification
    FOR VALUES FROM (1798761600000) TO (1801440000000);
-- What belongs to no month that is there. It should stay empty.
CREATE TABLE midtrans_notification_other PARTITION OF midtrans_notification DEFAULT;
COMMIT;
