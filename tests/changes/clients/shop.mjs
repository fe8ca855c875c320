// A Node.js shop: acts on what has become of its orders, each change exactly once. Needs the package pg.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const TAKE = `
  DELETE FROM midtrans_change WHERE id = (
    SELECT id FROM midtrans_next_change WHERE retry_at <= $1
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING id, order_id, outcome`;

const STATES = { paid: 'to ship', pending: 'waiting', expired: 'closed', cancelled: 'closed', denied: 'closed',
  failed: 'closed', 'not charged': 'closed', refunded: 'refunded' };

// Takes one change and acts on it, in one transaction. Returns whether there was one.
async function take(database) {
  await database.query('BEGIN');
  const { rows: [change] } = await database.query(TAKE, [Date.now()]);
  try {
    if (change) await act(database, change);
    await database.query('COMMIT');
  } catch (error) {
    await database.query('ROLLBACK');
    if (!change) throw error;
    // The change is there again. Others go first; after ten failures a person has to look.
    await database.query(
      `UPDATE midtrans_change SET failures = failures + 1, reason = $1,
         retry_at = CASE WHEN failures < 9 THEN $2::bigint + 10000 * (1 << failures::int) END
       WHERE id = $3`, [String(error), Date.now(), change.id]);
  }
  return Boolean(change);
}

// What the shop does. A partial refund changes no state: the rest of the order is still to be shipped.
async function act(database, { order_id: order, outcome }) {
  await database.query('INSERT INTO ledger (order_id, outcome) VALUES ($1, $2)', [order, outcome]);
  if (STATES[outcome]) await database.query('UPDATE orders SET state = $1 WHERE id = $2', [STATES[outcome], order]);
}

const database = new pg.Client({ connectionString: process.env.DATABASE_URL });
await database.connect();
for (;;) {
  if (!(await take(database))) await sleep(250);
}
