//! Notifications over TLS. Each process decides anew whom it trusts, so a process is started.

use std::io::{BufRead, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto};

use super::Running;
use crate::program::{Folder, Program};

/// An authority, and a shop on `localhost` with a certificate of it.
fn shop() -> (String, String, mpsc::Receiver<String>) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let settings = ServerConfig::builder_with_provider(crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let (settings, listener) = (
        Arc::new(settings),
        TcpListener::bind("127.0.0.1:0").unwrap(),
    );
    let url = format!(
        "https://localhost:{}/notify",
        listener.local_addr().unwrap().port()
    );
    let (told, heard) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&settings)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let mut call = Vec::new();
            let mut chunk = [0; 4096];
            // A caller who does not trust us says nothing.
            while !call.ends_with(b"}") {
                match stream.read(&mut chunk) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => call.extend_from_slice(&chunk[..read]),
                }
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            // The test may be over.
            let _ = told.send(String::from_utf8_lossy(&call).into_owned());
        }
    });
    (url, authority.pem(), heard)
}

/// Charges, and returns the line about the notification. The simulator trusts this authority and
/// no other.
fn line_about_the_notification(name: &str, notification_url: &str, authority: &str) -> String {
    let folder = Folder::new(name);
    let file = folder.file("authority.pem", authority);
    let program = Program::bare().with("SSL_CERT_FILE", &file);
    let mut running = Running::start(
        &program,
        &["--notification-url", notification_url, "--lenient"],
    );
    Program::bare()
        .with("MIDTRANS_SERVER_KEY", "SB-Mid-server-simulator")
        .with("MIDTRANS_ENVIRONMENT", &running.url)
        .line("charge akulaku --order order-1 --amount 44000")
        .says(0, &["pending"]);
    let mut lines = running.output.by_ref().lines().map(Result::unwrap);
    let line = lines.find(|line| line.starts_with("notify")).unwrap();
    assert_eq!(running.terminated("-TERM").0, 0);
    line
}

#[test]
fn a_webhook_with_a_certificate_that_the_machine_trusts_is_told_over_tls() {
    let (url, authority, heard) = shop();
    let line = line_about_the_notification("trusted", &url, &authority);
    assert!(line.ends_with(": 200"), "{line}");
    let call = heard.recv().unwrap();
    assert!(
        call.starts_with("POST /notify HTTP/1.1") && call.contains("order-1"),
        "{call}"
    );
}

#[test]
fn a_webhook_with_any_other_certificate_is_not_told() {
    let (url, _, heard) = shop();
    let (_, other, _) = shop();
    let line = line_about_the_notification("distrusted", &url, &other);
    assert!(line.ends_with(": not reachable"), "{line}");
    assert_eq!(heard.recv().unwrap(), "");
}
