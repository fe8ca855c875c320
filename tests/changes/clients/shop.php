<?php
// A PHP shop: acts on what has become of its orders, each change exactly once. Needs the extension pdo_pgsql.

const TAKE = '
  DELETE FROM midtrans_change WHERE id = (
    SELECT id FROM midtrans_next_change WHERE retry_at <= ?
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING id, order_id, outcome';

const STATES = ['paid' => 'to ship', 'pending' => 'waiting', 'expired' => 'closed', 'cancelled' => 'closed',
    'denied' => 'closed', 'failed' => 'closed', 'not charged' => 'closed', 'refunded' => 'refunded'];

/** Takes one change and acts on it, in one transaction. Returns whether there was one. */
function take(PDO $database): bool
{
    $database->beginTransaction();
    $take = $database->prepare(TAKE);
    $take->execute([now()]);
    $change = $take->fetch(PDO::FETCH_ASSOC);
    try {
        if ($change) {
            act($database, $change['order_id'], $change['outcome']);
        }
        $database->commit();
    } catch (Throwable $error) {
        $database->rollBack();
        if (!$change) {
            throw $error;
        }
        // The change is there again. Others go first; after ten failures a person has to look.
        $database->prepare('UPDATE midtrans_change SET failures = failures + 1, reason = ?,
            retry_at = CASE WHEN failures < 9 THEN ?::bigint + 10000 * (1 << failures::int) END WHERE id = ?')
            ->execute([$error->getMessage(), now(), $change['id']]);
    }
    return (bool) $change;
}

/** What the shop does. A partial refund changes no state: the rest of the order is still to be shipped. */
function act(PDO $database, string $order, string $outcome): void
{
    $database->prepare('INSERT INTO ledger (order_id, outcome) VALUES (?, ?)')->execute([$order, $outcome]);
    if (isset(STATES[$outcome])) {
        $database->prepare('UPDATE orders SET state = ? WHERE id = ?')->execute([STATES[$outcome], $order]);
    }
}

function now(): int
{
    return (int) (microtime(true) * 1000);
}

$database = new PDO(getenv('DATABASE_DSN'), null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
while (true) {
    if (!take($database)) {
        usleep(250_000);
    }
}
