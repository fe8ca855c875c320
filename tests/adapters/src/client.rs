//! An HTTP client of a few lines, which sends any bytes and reads the answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use crate::request::{Request, Step};

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Response {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A way to close the connection.
#[derive(Clone, Copy, Debug)]
pub enum Leaving {
    /// As most programs do.
    Closing,
    /// Says that nothing more comes, and waits for a moment.
    Finishing,
    /// As a program that crashes, with an answer unread: there must be one on its way.
    Resetting,
}

/// A connection to a server.
#[derive(Debug)]
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects, and will wait ten seconds for each answer.
    ///
    /// # Errors
    /// When nothing listens.
    pub fn open(server: SocketAddr) -> io::Result<Self> {
        Self::waiting(server, Duration::from_secs(10))
    }

    /// Connects, and will wait for each answer until any deadline of an endpoint has passed.
    ///
    /// # Errors
    /// When nothing listens.
    pub fn patient(server: SocketAddr) -> io::Result<Self> {
        Self::waiting(server, 3 * midtrans_protocol::webhook::endpoint::DEADLINE)
    }

    /// Connects, and will wait this long for each answer.
    ///
    /// # Errors
    /// When nothing listens.
    pub fn waiting(server: SocketAddr, patience: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a request and reads the answer, which may come before the request is at its end.
    ///
    /// # Errors
    /// When no answer comes, or one that is not HTTP.
    pub fn ask(&mut self, request: &Request) -> io::Result<Response> {
        let mut sender = self.0.get_ref().try_clone()?;
        let steps = request.steps();
        // Whether all of it was taken is the server's business: it may have refused before the end.
        let sending =
            thread::spawn(move || steps.iter().try_for_each(|step| send(&mut sender, step)));
        let answer = self.read(request.method == "HEAD");
        drop(sending.join());
        answer
    }

    /// Sends a request and waits for nothing.
    ///
    /// # Errors
    /// When the server does not take it.
    pub fn send(&mut self, request: &Request) -> io::Result<()> {
        request.steps().iter().try_for_each(|step| self.step(step))
    }

    /// Sends a piece of a request.
    ///
    /// # Errors
    /// When the server does not take it.
    pub fn step(&mut self, step: &Step) -> io::Result<()> {
        send(self.0.get_mut(), step).ok_or_else(|| io::Error::other("the server takes no request"))
    }

    /// Waits for the answer to what was sent.
    ///
    /// # Errors
    /// When no answer comes in time, or one that is not HTTP.
    pub fn answer(&mut self) -> io::Result<Response> {
        self.read(false)
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// When no answer of an earlier request comes, or the server has hung up before.
    pub fn leave(self, way: Leaving) -> io::Result<()> {
        let stream = self.0.into_inner();
        match way {
            Leaving::Closing => Ok(()),
            Leaving::Finishing => {
                stream.shutdown(Shutdown::Write)?;
                // A server that hangs up too says so; one that does not answers later.
                stream.set_read_timeout(Some(Duration::from_millis(300)))?;
                drop((&stream).read(&mut [0]));
                Ok(())
            }
            // A connection that is closed before everything was read from it is reset.
            Leaving::Resetting => stream.peek(&mut [0]).map(drop),
        }
    }

    fn read(&mut self, without_body: bool) -> io::Result<Response> {
        let mut response = self.head()?;
        while (100..200).contains(&response.status) {
            response = self.head()?;
        }
        let mut body = Vec::new();
        match response
            .header("content-length")
            .and_then(|length| length.parse().ok())
        {
            _ if without_body => {}
            Some(length) => {
                self.0.by_ref().take(length).read_to_end(&mut body)?;
            }
            None if response.header("transfer-encoding").is_some() => self.chunks(&mut body)?,
            None => {
                self.0.read_to_end(&mut body)?;
            }
        }
        response.body = String::from_utf8_lossy(&body).into_owned();
        Ok(response)
    }

    fn head(&mut self) -> io::Result<Response> {
        let first = self.line()?;
        let status = first
            .strip_prefix("HTTP/1.")
            .and_then(|rest| rest.get(2..5)?.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no HTTP: {first:?}")))?;
        let mut response = Response {
            status,
            ..Response::default()
        };
        while let Some((name, value)) = self.line()?.split_once(':') {
            response
                .headers
                .push((name.to_lowercase(), value.trim().to_owned()));
        }
        Ok(response)
    }

    fn chunks(&mut self, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let length = u64::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
            self.0.by_ref().take(length).read_to_end(body)?;
            self.line()?;
            if length == 0 {
                return Ok(());
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

/// Sends a step; `None` where the server does not take it.
fn send(stream: &mut TcpStream, step: &Step) -> Option<()> {
    match step {
        Step::Write(bytes) => stream.write_all(bytes).ok(),
        Step::Wait(pause) => {
            thread::sleep(*pause);
            Some(())
        }
    }
}
