//! Sizes of tables and indexes, and counts of changed rows, from PostgreSQL's statistics.

use sqlx::PgConnection;

/// Prints the size of each table and index.
pub(super) async fn say(connection: &mut PgConnection) -> sqlx::Result<()> {
    let sizes: Vec<(String, i64)> = sqlx::query_as(
        "SELECT relname::text, pg_relation_size(oid) FROM pg_class
         WHERE relname LIKE 'midtrans%' AND relkind IN ('r', 'i') ORDER BY relname",
    )
    .fetch_all(connection)
    .await?;
    for (name, bytes) in sizes {
        eprintln!("capacity: {name}: {:.2} MB", bytes as f64 / 1e6);
    }
    Ok(())
}

/// Prints the numbers of inserted, updated and deleted rows of each table.
pub(super) async fn say_churn(connection: &mut PgConnection) -> sqlx::Result<()> {
    let tables: Vec<(String, i64, i64, i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT relname::text, n_tup_ins, n_tup_upd, n_tup_hot_upd, n_tup_del, n_dead_tup, autovacuum_count
         FROM pg_stat_user_tables WHERE relname LIKE 'midtrans%' ORDER BY relname",
    )
    .fetch_all(connection)
    .await?;
    for (name, inserted, updated, in_place, deleted, dead, vacuums) in tables {
        eprintln!(
            "capacity: {name}: {inserted} inserted, {updated} updated ({in_place} within their page), {deleted} deleted, \
             {dead} dead, {vacuums} autovacuums"
        );
    }
    Ok(())
}
