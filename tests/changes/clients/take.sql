-- One change, taken with psql: the shop's statement and the end of the change are one commit.
BEGIN;
WITH taken AS (
  DELETE FROM midtrans_change WHERE id = (
    SELECT id FROM midtrans_next_change WHERE retry_at <= (extract(epoch FROM now()) * 1000)::bigint
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING order_id, outcome)
INSERT INTO ledger (order_id, outcome) SELECT order_id, outcome FROM taken;
COMMIT;
