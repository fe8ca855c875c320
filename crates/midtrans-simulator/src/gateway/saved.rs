//! An account in the state file, in pieces that change separately.
//!
//! The file is never older than an answer: the pieces are taken after every call.

use std::collections::BTreeMap;

use midtrans_protocol::time::WibTime;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::card::Token;
use super::message::{DeliveryState, Message};
use super::payment::Payment;
pub(crate) use super::shelves::Rows;
use super::timeline::TimelineEvent;
use super::{DeliveryId, Event, Gateway};

/// Pieces of an account that changed, by number, as JSON.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// Counters, URLs, and rules for faults.
    pub(crate) account: String,
    pub(crate) payments: BTreeMap<usize, String>,
    pub(crate) messages: BTreeMap<usize, String>,
    /// The stored answers by idempotency key: the time until when, and the answer.
    pub(crate) answers: BTreeMap<String, (i64, String)>,
    /// The records beside the transactions.
    pub(crate) records: Rows,
    /// The card tokens by id; an empty text for one that is gone.
    pub(crate) tokens: BTreeMap<String, String>,
    /// True if everything that was written before has to be dropped.
    pub(crate) is_reset: bool,
}

impl Pieces {
    /// Returns true if no transaction, no notification, no stored answer and no card token changed.
    pub(crate) fn is_small(&self) -> bool {
        !self.is_reset
            && self.payments.is_empty()
            && self.messages.is_empty()
            && self.records.is_empty()
            && self.answers.is_empty()
            && self.tokens.is_empty()
    }
}

/// The row of an account. Its rules for faults are texts, as on the command line.
#[derive(Serialize, Deserialize)]
struct AccountRow {
    seed: u64,
    drawn: u64,
    refunds: u64,
    calls: u64,
    /// The number of rows that there have to be.
    payments: usize,
    messages: usize,
    records: usize,
    finish_url: Option<String>,
    unfinish_url: Option<String>,
    error_url: Option<String>,
    pay_account_url: Option<String>,
    recurring_url: Option<String>,
    #[serde(with = "super::row::json")]
    preferences: serde_json::Value,
    notification_url: Option<String>,
    lenient: bool,
    kredivo_approved: bool,
    faults: Vec<(u32, String)>,
}

/// Names the piece that cannot be read: the file is another program's, or of another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) &'static str);

impl Gateway {
    /// Records changes from now on.
    pub(crate) fn keep_changes(&mut self) {
        self.ledger.dirty().start();
        self.outbox.dirty.start();
        self.memory.dirty.start();
        self.shelves.keep_changes();
        self.tokens.dirty.start();
    }

    /// All that changed since [`forget_changes`](Self::forget_changes), and the small pieces in any
    /// case.
    pub(crate) fn changes(&self) -> Pieces {
        let messages = self.outbox.dirty.all().filter_map(|id| {
            let number = id.number as usize;
            Some((number, self.outbox.messages().get(number)?))
        });
        let answers = self.memory.dirty.all().filter_map(|key| {
            let (end, answer) = self.memory.stored(key)?;
            Some((key.clone(), (end.unix(), json(answer))))
        });
        let tokens = self.tokens.dirty.all().map(|id| {
            let token = self.tokens.stored(id).map(json);
            (id.clone(), token.unwrap_or_default())
        });
        Pieces {
            tokens: tokens.collect(),
            account: json(&self.saved()),
            payments: self
                .ledger
                .changed()
                .map(|(index, payment)| (index, json(payment)))
                .collect(),
            messages: messages
                .map(|(number, message)| (number, json(message)))
                .collect(),
            answers: answers.collect(),
            records: self.shelves.changes(),
            is_reset: self.was_reset,
        }
    }

    /// Marks all changes as written.
    pub(crate) fn forget_changes(&mut self) {
        self.ledger.dirty().clear();
        self.outbox.dirty.clear();
        self.memory.dirty.clear();
        self.shelves.forget_changes();
        self.tokens.dirty.clear();
        self.was_reset = false;
    }

    /// Reports to those who listen for events that the file cannot be written.
    pub(crate) fn report_unsaved(&mut self, error: &dyn std::error::Error) {
        let why = error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string);
        self.events.push(Event::NotSaved { why });
    }

    /// Restores everything that another run of the simulator saved. URLs that were given now win.
    pub(crate) fn restore(&mut self, pieces: &Pieces) -> Result<(), Unreadable> {
        let account: AccountRow = read(&pieces.account).ok_or(Unreadable("account"))?;
        if (account.payments, account.messages) != (pieces.payments.len(), pieces.messages.len()) {
            return Err(Unreadable("loss of transactions or notifications"));
        }
        if account.records != pieces.records.len() {
            return Err(Unreadable("loss of records"));
        }
        self.resume(account);
        for (expected, (index, text)) in pieces.payments.iter().enumerate() {
            if expected != *index {
                return Err(Unreadable("gap between its transactions"));
            }
            let payment: Payment = read(text).ok_or(Unreadable("transaction"))?;
            self.restore_payment(payment);
        }
        for (expected, (number, text)) in pieces.messages.iter().enumerate() {
            if expected != *number {
                return Err(Unreadable("gap between its notifications"));
            }
            let number = u32::try_from(*number).map_err(|_| Unreadable("notification"))?;
            let id = DeliveryId {
                account: self.account,
                number,
            };
            let mut message: Message = read(text).ok_or(Unreadable("notification"))?;
            message.id = id;
            // What came of it when the program ended is unknown: it is sent again at once.
            if message.state == DeliveryState::UnderWay {
                let long_ago = WibTime::from_unix(0).ok_or(Unreadable("notification"))?;
                message.state = DeliveryState::Waiting(long_ago);
            }
            self.outbox.restore(message);
        }
        self.shelves.restore(&pieces.records)?;
        for link in self.shelves.links.all() {
            self.link_owners.claim(&link.link_id, self.account);
        }
        for (id, text) in &pieces.tokens {
            let token: Token = read(text).ok_or(Unreadable("card token"))?;
            self.tokens.restore(id.clone(), token);
        }
        for (key, (end, text)) in &pieces.answers {
            let answer = WibTime::from_unix(*end).zip(read::<Answer>(text));
            let (end, answer) = answer.ok_or(Unreadable("stored answer"))?;
            self.memory.restore(key.clone(), answer, end);
        }
        Ok(())
    }

    fn saved(&self) -> AccountRow {
        let (seed, drawn) = self.ids.position();
        AccountRow {
            seed,
            drawn,
            refunds: self.refund_count,
            calls: self.calls.next(),
            payments: self.ledger.payments().len(),
            messages: self.outbox.messages().len(),
            records: self.shelves.count(),
            finish_url: self.settings.finish_url.clone(),
            unfinish_url: self.settings.unfinish_url.clone(),
            error_url: self.settings.error_url.clone(),
            pay_account_url: self.settings.pay_account_url.clone(),
            recurring_url: self.settings.recurring_url.clone(),
            preferences: self.shelves.preferences.clone(),
            notification_url: self.settings.notification_url.clone(),
            lenient: self.settings.lenient,
            kredivo_approved: self.settings.kredivo_approved,
            faults: self
                .faults
                .rules()
                .iter()
                .map(|(number, rule)| (*number, rule.to_string()))
                .collect(),
        }
    }

    fn resume(&mut self, account: AccountRow) {
        self.ids = super::Ids::resuming(account.seed, account.drawn);
        self.faults.resume(account.seed);
        self.refund_count = account.refunds;
        self.calls.resume(account.calls);
        let settings = &mut self.settings;
        settings.finish_url = settings.finish_url.take().or(account.finish_url);
        settings.unfinish_url = settings.unfinish_url.take().or(account.unfinish_url);
        settings.error_url = settings.error_url.take().or(account.error_url);
        self.shelves.preferences = account.preferences;
        let pay_account_url = settings.pay_account_url.take();
        settings.pay_account_url = pay_account_url.or(account.pay_account_url);
        settings.recurring_url = settings.recurring_url.take().or(account.recurring_url);
        settings.notification_url = settings
            .notification_url
            .take()
            .or(account.notification_url);
        // Choices that were made for this run are set again afterwards.
        settings.lenient = account.lenient;
        settings.kredivo_approved = account.kredivo_approved;
        // Rules on the command line are those of this run; without any, the old ones go on.
        if self.faults.is_empty() {
            for (number, text) in account.faults {
                if let Ok(rule) = text.parse() {
                    self.faults.restore(number, rule);
                }
            }
        }
    }

    /// The account may have another number now than it had in the run before.
    fn restore_payment(&mut self, mut payment: Payment) {
        for entry in &mut payment.log {
            if let TimelineEvent::NotificationCreated(id) = &mut entry.what {
                id.account = self.account;
            }
        }
        self.ledger.add(payment);
    }
}

/// Numbers, texts and lists only: there is nothing in it that JSON could not write.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}
