//! A request as data, and its bytes with the pauses between them.

use std::time::Duration;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The request line's method.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// `1.1` or `1.0`.
    pub version: &'static str,
    /// Headers besides `Host` and those that go with the payload.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub payload: Payload,
}

/// A body, and the way it travels.
#[derive(Clone, Debug)]
pub enum Payload {
    /// No body and no length.
    None,
    /// With `Content-Length`, at once.
    Sized(Vec<u8>),
    /// In chunks of so many bytes.
    Chunked(Vec<u8>, usize),
    /// With `Content-Length`, in ten pieces with pauses.
    Slow(Vec<u8>),
    /// `Content-Length` and the first sixty bytes: the others never come.
    Announced(usize),
    /// `Content-Length` of all of it and so many bytes: the others come when they are sent with
    /// [`Request::rest`].
    Begun(Vec<u8>, usize),
    /// Chunked, with something that is no chunk in the middle.
    Broken,
}

/// A step of sending.
#[derive(Debug)]
pub enum Step {
    /// Writes.
    Write(Vec<u8>),
    /// Waits, as a slow sender does.
    Wait(Duration),
}

impl Request {
    /// Without headers and body.
    #[must_use]
    pub fn new(method: &'static str, target: impl Into<String>) -> Self {
        Self {
            method,
            target: target.into(),
            version: "1.1",
            headers: Vec::new(),
            payload: Payload::None,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets the payload.
    #[must_use]
    pub fn payload(mut self, payload: Payload) -> Self {
        self.payload = payload;
        self
    }

    /// The rest of a body that was begun.
    #[must_use]
    pub fn rest(&self) -> Step {
        match &self.payload {
            Payload::Begun(body, sent) => Step::Write(body[*sent..].to_vec()),
            _ => Step::Write(Vec::new()),
        }
    }

    /// The steps of sending the request.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut head = format!(
            "{} {} HTTP/{}\r\nHost: shop.example\r\n",
            self.method, self.target, self.version
        );
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        let sized = |length: usize| format!("{head}Content-Length: {length}\r\n\r\n").into_bytes();
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
        match &self.payload {
            Payload::None => vec![Step::Write(format!("{head}\r\n").into_bytes())],
            Payload::Announced(length) => {
                vec![Step::Write([&sized(*length)[..], &[b' '; 60]].concat())]
            }
            Payload::Begun(body, sent) => {
                vec![Step::Write([&sized(body.len()), &body[..*sent]].concat())]
            }
            Payload::Sized(body) => vec![Step::Write([sized(body.len()), body.clone()].concat())],
            Payload::Broken => vec![Step::Write(
                [&chunked[..], b"5\r\n{\"ord\r\nno chunk\r\n"].concat(),
            )],
            Payload::Chunked(body, size) => {
                let mut bytes = chunked;
                for chunk in body.chunks(*size) {
                    bytes.extend(
                        [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat(),
                    );
                }
                bytes.extend(b"0\r\n\r\n");
                vec![Step::Write(bytes)]
            }
            Payload::Slow(body) => {
                let pieces = body.chunks(body.len().div_ceil(10).max(1));
                let slowly = |piece: &[u8]| {
                    [
                        Step::Wait(Duration::from_millis(20)),
                        Step::Write(piece.to_vec()),
                    ]
                };
                std::iter::once(Step::Write(sized(body.len())))
                    .chain(pieces.flat_map(slowly))
                    .collect()
            }
        }
    }
}
