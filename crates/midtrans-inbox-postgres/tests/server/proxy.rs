//! A proxy before the server that never answers at once: each answer takes a turn of the runtime.
//! So a future that waits for the server is pending at every possible point, and not only where the
//! server is slow.

use std::future::pending;
use std::path::PathBuf;
use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Semaphore;

/// Starts it in this runtime, which must have one thread. It ends with the runtime.
pub(crate) async fn through(socket: PathBuf, schema: &str) -> PgConnectOptions {
    until(
        socket,
        schema,
        Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
    )
    .await
}

/// Starts it with as many answers as there are permits. The next one never comes.
pub(crate) async fn until(
    socket: PathBuf,
    schema: &str,
    answers: Arc<Semaphore>,
) -> PgConnectOptions {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let (socket, answers) = (socket.clone(), Arc::clone(&answers));
            tokio::spawn(forward(client, socket, answers));
        }
    });
    let options = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(port)
        .ssl_mode(PgSslMode::Disable);
    options
        .username("postgres")
        .database("postgres")
        .options([("search_path", schema)])
}

async fn forward(client: TcpStream, socket: PathBuf, answers: Arc<Semaphore>) {
    let (mut questions, mut client) = client.into_split();
    let (mut replies, mut server) = UnixStream::connect(socket).await.unwrap().into_split();
    // Either side may go at any moment.
    tokio::spawn(async move { drop(copy(&mut questions, &mut server).await) });
    let mut chunk = vec![0; 1 << 16];
    while let Ok(length @ 1..) = replies.read(&mut chunk).await {
        match answers.try_acquire() {
            Ok(permit) => permit.forget(),
            Err(_) => {
                answers.close();
                return pending().await;
            }
        }
        if client.write_all(&chunk[..length]).await.is_err() {
            return;
        }
    }
}
