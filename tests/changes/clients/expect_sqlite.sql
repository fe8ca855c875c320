-- The shop's own row and what it expects of the payment are one commit. The charge is sent after it, with the same key in
-- the header Idempotency-Key. `expires_at` is the end of the charge's `custom_expiry`, or of the payment type's own time:
-- two hours for akulaku and the retired banks' pages, 15 minutes for gopay, qris, shopeepay and dana, 65 seconds for ovo,
-- and a day for every other.
BEGIN IMMEDIATE;
INSERT INTO orders (id, state) VALUES ('order-101', 'new');
INSERT INTO midtrans_order
  (order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, check_at)
SELECT 'order-101', 40000, 'akulaku', 'a-new-random-key', now + 240000, now + 7200000, now, now + 240000
FROM (SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) AS now);
COMMIT;
