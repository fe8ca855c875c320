//! A shop of a README as a process, its database, and the gateway beside it.

use std::env;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command as Program};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use midtrans_axum::protocol::OrderId;
use midtrans_inbox_postgres::Inbox;
use midtrans_private_postgres::PrivatePostgres;
use midtrans_reqwest::ReqwestTransport;
use midtrans_reqwest::midtrans_transport::{AsyncTransport, Limits, Response, TransportError};
use midtrans_simulator::Simulator;
use midtrans_simulator::gateway::Command;
use midtrans_simulator::gateway::settings::SERVER_KEY;
use rusqlite::Connection;
use tokio::time::sleep;

/// The longest that something may take. What a killed program was asking about is taken over after
/// the lease, half a minute.
const TIMEOUT: Duration = Duration::from_secs(180);

/// Counts how often the handler has said `to ship`, in the handler's own commit.
const SQLITE: &str = "CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
    CREATE TABLE shipment (id TEXT NOT NULL) STRICT;
    CREATE TRIGGER ship AFTER UPDATE ON orders WHEN NEW.state = 'to ship' BEGIN
        INSERT INTO shipment VALUES (NEW.id); END;";
const POSTGRES: &str = "CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL);
    CREATE TABLE shipment (id TEXT NOT NULL);
    CREATE FUNCTION ship() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO shipment VALUES (NEW.id); RETURN NEW; END $$;
    CREATE TRIGGER ship AFTER UPDATE ON orders FOR EACH ROW WHEN (NEW.state = 'to ship') EXECUTE FUNCTION ship();";

pub(crate) enum Database {
    File(PathBuf),
    Postgres(PrivatePostgres),
}

impl Database {
    pub(crate) fn file() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self::File(env::temp_dir().join(format!(
            "midtrans-readme-{}-{number}.db",
            std::process::id()
        )))
    }

    async fn prepare(&self) {
        match self {
            Self::File(file) => {
                let database = Connection::open(file).unwrap();
                midtrans_inbox_sqlite::tune(&database).unwrap();
                database.execute_batch(SQLITE).unwrap();
            }
            Self::Postgres(server) => {
                let pool = sqlx::PgPool::connect(&server.url()).await.unwrap();
                sqlx::raw_sql(POSTGRES).execute(&pool).await.unwrap();
            }
        }
    }

    /// One number or word.
    async fn ask(&self, sql: &'static str, id: &str) -> Option<String> {
        match self {
            Self::File(file) => {
                let database = Connection::open(file).unwrap();
                database.busy_timeout(TIMEOUT).unwrap();
                database
                    .query_row(&sql.replace("$1", "?1"), [id], |row| row.get(0))
                    .ok()
            }
            Self::Postgres(server) => {
                let pool = sqlx::PgPool::connect(&server.url()).await.unwrap();
                sqlx::query_scalar(sql)
                    .bind(id)
                    .fetch_optional(&pool)
                    .await
                    .unwrap()
            }
        }
    }

    /// Does what the inbox's own schedule would do some minutes later.
    async fn ask_now(&self, id: &str) {
        match self {
            Self::File(file) => {
                let database = Connection::open(file).unwrap();
                database.busy_timeout(TIMEOUT).unwrap();
                midtrans_inbox_sqlite::ask_by(&database, id, SystemTime::now()).unwrap();
            }
            Self::Postgres(server) => {
                let pool = sqlx::PgPool::connect(&server.url()).await.unwrap();
                Inbox::of(&pool)
                    .ask_by(id, SystemTime::now())
                    .await
                    .unwrap();
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::File(file) = self {
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
            }
        }
    }
}

pub(crate) struct Shop {
    process: Child,
    at: String,
    transport: Arc<ReqwestTransport>,
    pub(crate) gateway: Simulator,
    pub(crate) database: Database,
}

impl Shop {
    pub(crate) async fn open(database: Database) -> Self {
        database.prepare().await;
        let free = free_address();
        let at = format!("http://{free}");
        let notify = format!("{at}/midtrans/notification");
        let gateway = Simulator::builder()
            .notification_url(notify)
            .finish_url(format!("{at}/midtrans/finish"));
        let gateway = gateway.serve().await.unwrap();
        let process = start(&at, &gateway, &database);
        let shop = Self {
            process,
            at,
            transport: Arc::new(ReqwestTransport::new().unwrap()),
            gateway,
            database,
        };
        shop.is_open().await;
        shop
    }

    async fn is_open(&self) {
        self.until("the shop opens", async || self.get("/").await.is_ok())
            .await;
    }

    pub(crate) async fn crash(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = start(&self.at, &self.gateway, &self.database);
        self.is_open().await;
    }

    /// Stops it as a service manager does. Returns whether it ended with 0.
    pub(crate) fn terminate(&mut self) -> bool {
        let id = self.process.id().to_string();
        assert!(
            Program::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.process.wait().unwrap().success()
    }

    async fn get(&self, path: &str) -> Result<Response, TransportError> {
        self.send(
            http::Request::get(format!("{}{path}", self.at))
                .body(Vec::new())
                .unwrap(),
        )
        .await
    }

    async fn send(&self, request: http::Request<Vec<u8>>) -> Result<Response, TransportError> {
        self.transport
            .send(request, Limits::new(TIMEOUT, 1 << 20))
            .await
    }

    /// Opens the checkout page. Returns the order's id.
    pub(crate) async fn checkout(&self) -> OrderId {
        let page = String::from_utf8(self.get("/").await.unwrap().into_body()).unwrap();
        let (_, id) = page.split_once("name=order value=").unwrap();
        OrderId::new(id.split('>').next().unwrap()).unwrap()
    }

    /// Presses the button. Returns the pay page, or the words that came instead.
    pub(crate) async fn click(&self, order: &OrderId) -> Result<String, String> {
        let request = http::Request::post(format!("{}/pay", self.at));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(format!("order={order}").into_bytes()).unwrap();
        let reply = self
            .send(request)
            .await
            .map_err(|error| error.to_string())?;
        match reply.headers().get("location") {
            Some(page) => Ok(page.to_str().unwrap().to_owned()),
            None => Err(String::from_utf8(reply.into_body()).unwrap()),
        }
    }

    pub(crate) fn command(&self, order: &OrderId, command: Command) {
        self.gateway.command(order.as_str(), command).unwrap();
    }

    pub(crate) async fn state(&self, order: &OrderId) -> String {
        self.database
            .ask("SELECT state FROM orders WHERE id = $1", order.as_str())
            .await
            .unwrap_or_default()
    }

    pub(crate) async fn becomes(&self, order: &OrderId, state: &str) {
        self.until(state, async || self.state(order).await == state)
            .await;
    }

    /// Waits until the worker has heard this of the gateway, and the handler was called for it.
    pub(crate) async fn is_told(&self, order: &OrderId, outcome: &str) {
        let heard = "SELECT coalesce(outcome, 'open') FROM midtrans_order WHERE order_id = $1
            AND NOT EXISTS (SELECT 1 FROM midtrans_change WHERE order_id = $1)";
        self.until(outcome, async || {
            self.database.ask_now(order.as_str()).await;
            self.database.ask(heard, order.as_str()).await.as_deref() == Some(outcome)
        })
        .await;
    }

    pub(crate) async fn shipments(&self, order: &OrderId) -> String {
        let count = "SELECT CAST(count(*) AS TEXT) FROM shipment WHERE id = $1";
        self.database.ask(count, order.as_str()).await.unwrap()
    }

    async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        for _ in 0..TIMEOUT.as_millis() / 50 {
            if holds().await {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("it never came to this: {what}");
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address that is free, and that no other test of this process was given.
fn free_address() -> SocketAddr {
    static GIVEN: Mutex<Vec<SocketAddr>> = Mutex::new(Vec::new());
    let mut given = GIVEN.lock().unwrap();
    loop {
        let address = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        if !given.contains(&address) {
            given.push(address);
            return address;
        }
    }
}

fn start(at: &str, gateway: &Simulator, database: &Database) -> Child {
    let mut program = match database {
        Database::File(file) => {
            let mut program = Program::new(env!("CARGO_BIN_EXE_sqlite_shop"));
            program.env("DATABASE_FILE", file);
            program
        }
        Database::Postgres(server) => {
            let mut program = Program::new(env!("CARGO_BIN_EXE_postgres_shop"));
            program.env("DATABASE_URL", server.url());
            program
        }
    };
    program
        .env("MIDTRANS_SERVER_KEY", SERVER_KEY)
        .env("MIDTRANS_ENVIRONMENT", gateway.url())
        .env("LISTEN", at.trim_start_matches("http://"))
        .spawn()
        .unwrap()
}
