-- One change, taken with the sqlite3 program: the shop's statement and the end of the change are one commit.
.bail on
.timeout 10000
PRAGMA synchronous = FULL;
BEGIN IMMEDIATE;
CREATE TEMP TABLE taken AS SELECT id, order_id, outcome FROM midtrans_next_change
  WHERE retry_at <= CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) ORDER BY id LIMIT 1;
INSERT INTO ledger (order_id, outcome) SELECT order_id, outcome FROM taken;
DELETE FROM midtrans_change WHERE id IN (SELECT id FROM taken);
COMMIT;
