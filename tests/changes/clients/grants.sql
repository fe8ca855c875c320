-- What a shop's role needs beside its own tables, where `midtrans inbox serve` runs as the owner of the inbox's.
GRANT INSERT ON midtrans_order TO shop;
GRANT SELECT, DELETE, UPDATE (failures, retry_at, reason) ON midtrans_change TO shop;
-- UPDATE, because a change is locked through the view while it is taken.
GRANT SELECT, UPDATE ON midtrans_next_change TO shop;
