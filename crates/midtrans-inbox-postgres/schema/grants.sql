-- The least rights of a running shop, for a role that does not own the tables. Put the role's name in place of `shop`, and
-- run this as the owner after each migration. `migrate` itself needs a role that may create tables.
--
-- In a schema other than `public` the role also needs: GRANT USAGE ON SCHEMA … TO shop;
GRANT SELECT ON midtrans_schema TO shop;
GRANT SELECT, INSERT, UPDATE ON midtrans_order, midtrans_notification TO shop;
GRANT SELECT, INSERT, UPDATE, DELETE ON midtrans_wake, midtrans_change TO shop;
-- UPDATE, because a change is locked through the view while it is acted on.
GRANT SELECT, UPDATE ON midtrans_next_change TO shop;
