//! Walks: calls of one client after another, to one simulator.

use std::collections::BTreeMap;
use std::fmt;

use midtrans_simulator::{Account, BlockingSimulator, Simulator, Time};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::alteration::Alteration;
use crate::client::{Clients, clients};
use crate::need::{filled, is_met};
use crate::wire;

/// Calls of one client, in order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Walk {
    pub(crate) name: String,
    pub(crate) client: String,
    /// The simulator's time, for a client whose cards have expired since.
    clock: Option<String>,
    pub(crate) steps: Vec<Step>,
}

/// A call, and what the client needs of its answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The client's own name of the operation.
    operation: String,
    /// The method and the path. `{name}` is a value that an earlier step kept.
    pub(crate) call: String,
    /// The key, by its name: the server's, unless another one is named.
    key: Option<String>,
    /// Further header lines.
    #[serde(default)]
    more: Vec<String>,
    /// How many times the further lines are sent.
    times: Option<usize>,
    /// The body as the client spells it.
    #[serde(default, deserialize_with = "spelled")]
    body: Option<Box<RawValue>>,
    http: u16,
    /// The body of the answer, to the letter.
    exactly: Option<String>,
    /// The fields of the answer that the client needs.
    #[serde(default)]
    pub(crate) needs: BTreeMap<String, String>,
    /// The fields that later steps use.
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

/// The text of a JSON value, which may be `null`.
fn spelled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(deserializer).map(Some)
}

/// An answer, with the values that were known before it.
pub(crate) struct Answer {
    pub(crate) http: u16,
    pub(crate) text: String,
    pub(crate) known: BTreeMap<String, String>,
}

/// The first need that is not met.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The step, from 1.
    pub(crate) step: usize,
    sentence: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {}, {}", self.step, self.sentence)
    }
}

/// Reads the walks.
pub(crate) fn walks() -> Vec<Walk> {
    serde_json::from_str(include_str!("../../requests/walks.json")).unwrap()
}

impl Walk {
    /// Plays the walk; an alteration differs from the simulator's answer to its step.
    pub(crate) fn play(&self, alteration: Option<&Alteration>) -> Result<Vec<Answer>, Broken> {
        let (simulator, clients) = (self.simulator(), clients());
        let mut known = BTreeMap::from([
            ("url".to_owned(), simulator.url().to_owned()),
            (
                "client_key".to_owned(),
                "SB-Mid-client-simulator".to_owned(),
            ),
        ]);
        let mut answers = Vec::new();
        for (number, step) in (1..).zip(&self.steps) {
            let mut answer = step.send(
                &simulator,
                &clients.headers(&self.client, step.key()),
                &known,
            );
            if let Some(alteration) = alteration.filter(|it| it.step == number) {
                answer = alteration.of(answer, &known);
            }
            let (http, text) = answer;
            let unmet = step
                .unmet(http, &text, &known)
                .or_else(|| self.cannot_be_decoded(&clients, step, &text));
            if let Some(sentence) = unmet {
                let sentence = format!("{}: {sentence}: {text}", step.operation);
                return Err(Broken {
                    step: number,
                    sentence,
                });
            }
            let json: Value = serde_json::from_str(&text).unwrap();
            let before = known.clone();
            for (name, pointer) in &step.keep {
                let value = json.pointer(pointer).and_then(Value::as_str).unwrap();
                known.insert(name.clone(), value.to_owned());
            }
            answers.push(Answer {
                http,
                text,
                known: before,
            });
        }
        Ok(answers)
    }

    /// The simulator's answers.
    pub(crate) fn answers(&self) -> Vec<Answer> {
        match self.play(None) {
            Ok(answers) => answers,
            Err(broken) => panic!("{}, {broken}", self.name),
        }
    }

    /// A simulator with two merchants, at the walk's time.
    pub(crate) fn simulator(&self) -> BlockingSimulator {
        let clock = self.clock.as_deref().unwrap_or("2026-11-22 10:00:00");
        let second = Account::new("G111111111", "SB-Mid-server-second", "SB-Mid-client-second");
        let builder = Simulator::builder().time(Time::Manual(clock.parse().unwrap()));
        builder.merchant(second).serve_blocking().unwrap()
    }

    /// Go decodes into types; every client takes `status_code` for a text.
    fn cannot_be_decoded(&self, clients: &Clients, step: &Step, text: &str) -> Option<String> {
        let json: Value = serde_json::from_str(text).ok()?;
        if json
            .get("status_code")
            .is_some_and(|code| !code.is_string())
        {
            return Some("status_code is no text".to_owned());
        }
        let decodes = self.client == "Go" && step.http < 400;
        decodes
            .then(|| clients.go_refuses(&step.call, &json))
            .flatten()
    }
}

impl Step {
    fn key(&self) -> &str {
        self.key.as_deref().unwrap_or("server")
    }

    /// Sends the call with another body.
    pub(crate) fn send_as(
        &self,
        simulator: &BlockingSimulator,
        client: &str,
        change: impl Fn(&str) -> String,
    ) -> (u16, String) {
        let headers = clients().headers(client, self.key());
        let body = self.body.as_ref().map(|body| change(body.get()));
        wire::send(simulator.url(), &self.call, &headers, body.as_deref())
    }

    fn send(
        &self,
        simulator: &BlockingSimulator,
        own: &[String],
        known: &BTreeMap<String, String>,
    ) -> (u16, String) {
        let more = std::iter::repeat_n(&self.more, self.times.unwrap_or(1)).flatten();
        let headers: Vec<String> = own.iter().chain(more).cloned().collect();
        let body = self.body.as_ref().map(|body| filled(body.get(), known));
        let call = filled(&self.call, known);
        wire::send(simulator.url(), &call, &headers, body.as_deref())
    }

    /// The first thing about an answer that the client's tests refuse.
    pub(crate) fn unmet(
        &self,
        http: u16,
        text: &str,
        known: &BTreeMap<String, String>,
    ) -> Option<String> {
        if http != self.http {
            return Some(format!("HTTP {http} is not {}", self.http));
        }
        if self.exactly.as_ref().is_some_and(|exactly| exactly != text) {
            return Some("another body".to_owned());
        }
        let Ok(json) = serde_json::from_str::<Value>(text) else {
            return Some("no JSON".to_owned());
        };
        self.needs
            .iter()
            .find(|(pointer, need)| !is_met(need, known, json.pointer(pointer)))
            .map(|(pointer, need)| format!("{pointer}, expected {need}"))
    }
}
