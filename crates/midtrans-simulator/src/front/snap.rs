//! Snap's page and its `snap.js`. Like the page of a card's bank, and no other, it may stand in
//! another site's frame.

mod shown;

use std::sync::Arc;

use axum::Router;
use axum::body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY,
};
use http::request::Parts;
use http::{StatusCode, Uri};
use maud::Markup;
use serde_json::json;

use super::pay::{field, see_other};
use super::{MAX_BODY, asset};
use crate::gateway::pay_accounts::LinkChoice;
use crate::gateway::snap::{CardForm, PAGE_ROUTES, SnapCheckout, SnapReturn, SnapState};
use crate::gateway::{Choice, FinishRedirect, PayPage, Reference};
use crate::json_answer::{self, wants_json};
use crate::pages::{self, Language, SnapView};
use crate::shared::Shared;

pub(super) fn router() -> Router<Arc<Shared>> {
    let router = Router::new()
        .route(
            pages::SNAP_JS_PATH,
            get(|| async { asset("text/javascript; charset=utf-8", pages::SNAP_JS) }),
        )
        .route(
            pages::IN_FRAME_PATH,
            get(|| async { asset("text/javascript; charset=utf-8", pages::IN_FRAME) }),
        );
    PAGE_ROUTES.into_iter().fold(router, |router, route| {
        router.route(route, get(show).post(act))
    })
}

/// A visit of the page.
struct Visit {
    head: Parts,
    token: String,
    language: Language,
    /// The origin that has opened the frame: `None` in a window of its own.
    framed_by: Option<String>,
}

impl Visit {
    fn of(head: Parts) -> Self {
        let token = head.uri.path().rsplit('/').next().unwrap_or_default();
        let query = head.uri.query().unwrap_or_default().as_bytes();
        let is_framed = field(query, "frame").is_some();
        let origin = field(query, "origin").filter(|origin| is_origin(origin));
        Self {
            token: token.to_owned(),
            language: Language::asked(head.uri.query(), &head.headers),
            framed_by: is_framed.then(|| origin.unwrap_or_default()),
            head,
        }
    }

    fn address(&self) -> &str {
        let address = self.head.uri.path_and_query();
        address.map_or("", |address| address.as_str())
    }

    /// The page as it is now, or why there is none.
    fn page(&self, shared: &Shared, status: StatusCode, problems: &[String]) -> Response {
        self.page_of(shared, status, problems, pages::snap)
    }

    /// One of the pages of a session.
    fn page_of(
        &self,
        shared: &Shared,
        status: StatusCode,
        problems: &[String],
        page: fn(&SnapCheckout, &SnapView<'_>) -> Markup,
    ) -> Response {
        let checkout = shared.with(|accounts, now| {
            let account = accounts.having_snap(&self.token)?;
            account.snap_checkout(&self.token, now)
        });
        let Some(checkout) = checkout else {
            return self.nothing_here();
        };
        if wants_json(&self.head.headers) {
            return json_answer::json(status, &shown::snap_json(&checkout, problems));
        }
        let (path, query) = (self.head.uri.path(), self.head.uri.query());
        let elsewhere = pages::address_in(self.language.other(), path, query);
        let view = SnapView {
            action: self.address(),
            elsewhere: &elsewhere,
            language: self.language,
            is_framed: self.framed_by.is_some(),
            query: &query_of(query),
            problems,
        };
        framable(status, page(&checkout, &view))
    }

    fn nothing_here(&self) -> Response {
        if wants_json(&self.head.headers) {
            let error = json!({ "error": "there is no such token" });
            return json_answer::json(StatusCode::NOT_FOUND, &error);
        }
        framable(StatusCode::NOT_FOUND, pages::nothing_here(self.language))
    }

    /// Sends the browser back to the shop, or tells the shop's page around the frame.
    fn leave(&self, shared: &Shared) -> Response {
        let way = shared.with(|accounts, now| {
            let account = accounts.having_snap(&self.token)?;
            account.snap_return(&self.token, now)
        });
        match way {
            Some(way) => self.send(&way),
            None => self.nothing_here(),
        }
    }

    fn send(&self, way: &SnapReturn) -> Response {
        if wants_json(&self.head.headers) {
            let told = json!({
                "event": way.event.as_str(),
                "result": way.result,
                "browser_goes_to": way.location,
            });
            return json_answer::json(StatusCode::OK, &told);
        }
        match (&self.framed_by, &way.location) {
            (Some(origin), _) => {
                let page = pages::snap_result(&self.token, way, origin, self.language);
                framable(StatusCode::OK, page)
            }
            (None, Some(location)) => see_other(location, self.language),
            (None, None) => framable(StatusCode::OK, pages::no_finish_url(self.language)),
        }
    }

    /// The answer to a browser whose customer has clicked twice: the first click counts, and this
    /// one leads to what came of it.
    fn goes_on(&self, shared: &Shared) -> Option<Response> {
        if wants_json(&self.head.headers) {
            return None;
        }
        let checkout = shared.with(|accounts, now| {
            let account = accounts.having_snap(&self.token)?;
            account.snap_checkout(&self.token, now)
        });
        match checkout?.state {
            SnapState::Paying(_) if self.framed_by.is_some() => Some(self.again()),
            SnapState::Paying(_) => Some(to_provider(shared, self)),
            SnapState::Linking(_) => Some(self.again()),
            SnapState::Over(_) => Some(self.leave(shared)),
            _ => None,
        }
    }

    /// The page as it is after a change: a program gets it at once.
    fn changed(&self, shared: &Shared) -> Response {
        match wants_json(&self.head.headers) {
            true => self.page(shared, StatusCode::OK, &[]),
            false => self.again(),
        }
    }

    fn again(&self) -> Response {
        (StatusCode::SEE_OTHER, [(LOCATION, self.address())]).into_response()
    }
}

async fn show(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let visit = Visit::of(head);
    let is_framed_page = visit.framed_by.is_some() && !wants_json(&visit.head.headers);
    let processed = is_framed_page.then(|| {
        shared.with(|accounts, now| {
            let account = accounts.having_snap(&visit.token)?;
            let checkout = account.snap_checkout(&visit.token, now)?;
            matches!(checkout.state, SnapState::Over(_)).then(|| account.snap_processed())
        })
    });
    match processed.flatten() {
        Some(way) => visit.send(&way),
        None => visit.page(&shared, StatusCode::OK, &[]),
    }
}

async fn act(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let visit = Visit::of(head);
    let body = body::to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let method = field(&body, "method");
    let choice = match field(&body, "otp") {
        Some(otp) if otp.trim() == pages::PASSWORD => Some(Choice::Approve),
        Some(_) => Some(Choice::Decline),
        None => field(&body, "choice").and_then(|word| Choice::from_word(&word)),
    };
    let link = match field(&body, "link").as_deref() {
        Some("confirm") => Some(LinkChoice::Confirm),
        Some("refuse") => Some(LinkChoice::Refuse),
        _ => None,
    };
    if let Some(link) = link {
        return confirm(&shared, &visit, link);
    }
    match (method, choice, field(&body, "action").as_deref()) {
        (Some(method), _, _) if method == "credit_card" => pay_by_card(&shared, &visit, &body),
        (Some(method), _, _) => choose(&shared, &visit, &method),
        (None, Some(Choice::Leave), _) => visit.leave(&shared),
        (None, Some(choice), _) => pay(&shared, &visit, choice).await,
        (None, None, Some("change")) => {
            shared.with(|accounts, now| {
                accounts
                    .having_snap(&visit.token)
                    .is_some_and(|account| account.snap_change(&visit.token, now))
            });
            visit.again()
        }
        (None, None, Some("provider")) => to_provider(&shared, &visit),
        (None, None, _) => visit.leave(&shared),
    }
}

fn choose(shared: &Shared, visit: &Visit, method: &str) -> Response {
    let linking = shared.with(|accounts, now| {
        let account = accounts.having_snap(&visit.token)?;
        account.snap_link(&visit.token, method, now)
    });
    match linking {
        Some(Ok(true)) => return visit.changed(shared),
        Some(Err(problem)) => return visit.page(shared, StatusCode::BAD_REQUEST, &problem.0),
        Some(Ok(false)) | None => {}
    }
    let chosen = shared.with(|accounts, now| {
        let account = accounts.having_snap(&visit.token)?;
        account.snap_choose(&visit.token, method, now)
    });
    if let (Some(Err(_)), Some(response)) = (&chosen, visit.goes_on(shared)) {
        return response;
    }
    match chosen {
        None => visit.nothing_here(),
        Some(Err(problem)) => visit.page(shared, StatusCode::BAD_REQUEST, &problem.0),
        Some(Ok(_)) if wants_json(&visit.head.headers) => visit.page(shared, StatusCode::OK, &[]),
        Some(Ok(_)) if visit.framed_by.is_some() => visit.again(),
        Some(Ok(_)) => to_provider(shared, visit),
    }
}

/// The customer confirms or refuses the link to a GoPay account.
fn confirm(shared: &Shared, visit: &Visit, choice: LinkChoice) -> Response {
    let done = shared.with(|accounts, now| {
        let account = accounts.having_snap(&visit.token)?;
        account.snap_confirm_link(&visit.token, choice, now)
    });
    if let (Some(Err(_)), Some(response)) = (&done, visit.goes_on(shared)) {
        return response;
    }
    match done {
        None => visit.nothing_here(),
        Some(Err(problem)) => visit.page(shared, StatusCode::BAD_REQUEST, &problem.0),
        Some(Ok(_)) => visit.changed(shared),
    }
}

/// Asks for a card, or pays with the one that was typed.
fn pay_by_card(shared: &Shared, visit: &Visit, body: &[u8]) -> Response {
    let typed = |name: &str| field(body, name);
    let Some(number) = typed("card_number") else {
        return visit.page_of(shared, StatusCode::OK, &[], pages::snap_card);
    };
    let text = |name: &str| typed(name).unwrap_or_default();
    let (month, year) = (text("card_exp_month"), text("card_exp_year"));
    let card = CardForm::new(&number, &month, &year, &text("card_cvv"));
    let paid = shared.with(|accounts, now| {
        let account = accounts.having_snap(&visit.token)?;
        let paid = account.snap_card(&visit.token, &card, now)?;
        Some(paid.map(|id| account.status_of(&id)))
    });
    if let (Some(Err(_)), Some(response)) = (&paid, visit.goes_on(shared)) {
        return response;
    }
    match paid {
        None => visit.nothing_here(),
        Some(Err(problem)) => {
            let status = StatusCode::BAD_REQUEST;
            visit.page_of(shared, status, &problem.0, pages::snap_card)
        }
        Some(Ok(_)) if wants_json(&visit.head.headers) => visit.page(shared, StatusCode::OK, &[]),
        Some(Ok(Some(status))) if ["pending", "deny"].contains(&status.as_str()) => visit.again(),
        Some(Ok(_)) => visit.leave(shared),
    }
}

/// Leads to a provider's own page; every other method stays on this one.
fn to_provider(shared: &Shared, visit: &Visit) -> Response {
    let address = shared.quietly(|accounts, _| {
        let account = accounts.having_snap(&visit.token)?;
        let id = account.snap_transaction(&visit.token)?.to_owned();
        let is_providers = account.pay_page(&id)? == PayPage::Redirect;
        is_providers
            .then(|| account.pay_page_address(&id))
            .flatten()
    });
    match address {
        Some(address) => see_other(
            &pages::address_in(visit.language, &address, None),
            visit.language,
        ),
        None => visit.again(),
    }
}

async fn pay(shared: &Shared, visit: &Visit, choice: Choice) -> Response {
    let acted = shared.with(|accounts, now| {
        let account = accounts.having_snap(&visit.token)?;
        let id = account.snap_transaction(&visit.token)?.to_owned();
        let shape = account.pay_page(&id)?;
        let is_known = Choice::on(&shape).contains(&choice);
        let way = is_known.then(|| account.snap_act(&visit.token, choice, now));
        Some((id, way.flatten()?))
    });
    let Some((id, way)) = acted else {
        return visit.page(shared, StatusCode::BAD_REQUEST, &[]);
    };
    shared.hold_browser(Reference::Id(&id)).await;
    if way == FinishRedirect::Never {
        return framable(StatusCode::OK, pages::closed(visit.language));
    }
    let is_paid = shared.quietly(|accounts, _| {
        let account = accounts.having_snap(&visit.token)?;
        account.status_of(&id)
    });
    match is_paid {
        // The customer may try again.
        Some(status) if status.as_str() == "deny" && !wants_json(&visit.head.headers) => {
            visit.again()
        }
        _ => visit.leave(shared),
    }
}

fn query_of(query: Option<&str>) -> Vec<(String, String)> {
    let pairs = query.map(serde_urlencoded::from_str);
    pairs.and_then(Result::ok).unwrap_or_default()
}

/// Returns true for the origin of a web page: a scheme, a host and perhaps a port, and nothing
/// else.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    is_web && uri.path() == "/" && uri.query().is_none() && !text.ends_with('/')
}

fn framable(status: StatusCode, markup: Markup) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept"),
        (REFERRER_POLICY, "no-referrer"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
             base-uri 'none'; frame-ancestors http: https:",
        ),
    ];
    (status, headers, markup.into_string()).into_response()
}
