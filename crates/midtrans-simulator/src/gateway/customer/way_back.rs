//! The way from a pay page back to the shop.

use midtrans_protocol::time::WibTime;

use super::FinishRedirect;
use crate::gateway::card::mask;
use crate::gateway::fault::Fault;
use crate::gateway::method::Finish;
use crate::gateway::payment::Payment;
use crate::gateway::reference::Reference;
use crate::gateway::rendering::ClaimedOutcome;
use crate::gateway::timeline::TimelineEvent;
use crate::gateway::{Gateway, Settings};

impl Gateway {
    pub(super) fn send_back(
        &mut self,
        index: usize,
        page: Option<Reference<'_>>,
        fault: Option<Fault>,
        now: WibTime,
    ) -> FinishRedirect {
        let payment = &self.ledger[index];
        let url = payment.method.returns_to(payment, &self.settings);
        let claim = match fault {
            Some(Fault::ForgedReturn) => ClaimedOutcome::forged_of(payment),
            _ => ClaimedOutcome::true_of(payment),
        };
        let way = match fault {
            Some(Fault::NeverReturns) => FinishRedirect::Never,
            Some(Fault::BareReturn) if page.is_some() => bare(url.as_deref()),
            _ => match page {
                None => FinishRedirect::Stays,
                Some(page) if payment.card.is_some() => self.way_on(index, &claim, page),
                Some(_) => finish(payment, claim, url.as_deref(), &self.settings),
            },
        };
        let what = match (&way, url) {
            (FinishRedirect::Form { action, .. }, _) if payment.card.is_some() => {
                TimelineEvent::SentBack {
                    url: mask::text(action),
                    forged: claim.is_forged,
                }
            }
            (FinishRedirect::Form { .. } | FinishRedirect::Redirect { .. }, Some(url)) => {
                TimelineEvent::SentBack {
                    url,
                    forged: claim.is_forged,
                }
            }
            _ => TimelineEvent::NotSentBack,
        };
        self.note(index, now, what);
        way
    }
}

fn finish(
    payment: &Payment,
    claim: ClaimedOutcome<'_>,
    finish_url: Option<&str>,
    settings: &Settings,
) -> FinishRedirect {
    let Some(finish_url) = finish_url else {
        return FinishRedirect::NoFinishUrl;
    };
    let finish = Finish {
        payment,
        claim,
        finish_url,
        settings,
    };
    payment
        .method
        .finish(&finish)
        .unwrap_or(FinishRedirect::Stays)
}

fn bare(finish_url: Option<&str>) -> FinishRedirect {
    match finish_url {
        Some(url) => FinishRedirect::Redirect {
            location: url.to_owned(),
        },
        None => FinishRedirect::NoFinishUrl,
    }
}
