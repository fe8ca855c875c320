//! A merchant's client of a few lines, which takes every status as an answer.

use serde_json::Value;
use ureq::http::{Method, Request};

/// `SB-Mid-server-simulator:` in base64.
const KEY: &str = "Basic U0ItTWlkLXNlcnZlci1zaW11bGF0b3I6";

/// An answer of the simulator.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP's status.
    pub http_status: u16,
    /// The body's content type.
    pub content_type: String,
    /// The methods that the path has, if the answer names them.
    pub allow: Option<String>,
    /// The body; a plain text is a JSON string.
    pub json: Value,
}

impl Answer {
    /// The body's own code.
    #[must_use]
    pub fn code(&self) -> &str {
        self.json["status_code"].as_str().unwrap_or_default()
    }
}

/// Calls one simulator.
#[derive(Clone, Debug)]
pub struct Caller {
    url: String,
    key: String,
    agent: ureq::Agent,
}

impl Caller {
    /// A merchant with the simulator's own key.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true);
        Self {
            url: url.to_owned(),
            key: KEY.to_owned(),
            agent: config.build().new_agent(),
        }
    }

    /// A caller whose key the simulator does not know.
    #[must_use]
    pub fn stranger(url: &str) -> Self {
        Self {
            key: "Basic U0ItTWlkLXNlcnZlci1vdGhlcjo=".to_owned(),
            ..Self::new(url)
        }
    }

    /// Gets a path.
    ///
    /// # Errors
    /// What is wrong with the connection or the body.
    pub fn get(&self, path: &str) -> Result<Answer, String> {
        self.call("GET", path, &[], "")
    }

    /// Posts a body to a path.
    ///
    /// # Errors
    /// What is wrong with the connection or the body.
    pub fn post(&self, path: &str, body: &str) -> Result<Answer, String> {
        self.call("POST", path, &[], body)
    }

    /// Makes a call.
    ///
    /// # Errors
    /// What is wrong with the connection or the body, which is JSON in whatever the simulator says.
    pub fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, String> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        request = request.header("authorization", &self.key);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = if body.is_empty() {
            request
                .body(())
                .map_err(ureq::Error::from)
                .and_then(|request| self.agent.run(request))
        } else {
            request
                .body(body)
                .map_err(ureq::Error::from)
                .and_then(|request| self.agent.run(request))
        };
        let mut answer = answer.map_err(|error| format!("{path}: {error}"))?;
        let text = answer
            .body_mut()
            .read_to_string()
            .map_err(|error| format!("{path}: {error}"))?;
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let kind = header("content-type").unwrap_or_default();
        let json = match kind.as_str() {
            "text/plain" => Value::String(text),
            _ => serde_json::from_str(&text).map_err(|error| format!("{path}: {error}: {text}"))?,
        };
        Ok(Answer {
            http_status: answer.status().as_u16(),
            content_type: kind,
            allow: header("allow"),
            json,
        })
    }
}
