//! As much of a browser as a customer needs: it shows pages, fills in forms, keeps a cookie, and
//! follows no redirect by itself, so that every step can be told.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use midtrans_reqwest::midtrans_transport::{AsyncTransport, Limits};

use crate::store::Error;

pub(crate) struct Browser {
    transport: Arc<dyn AsyncTransport>,
    /// The one cookie of the shop, with the host that set it.
    cookie: Option<(String, String)>,
}

/// The answer to a request.
pub(crate) struct Page {
    pub(crate) url: Uri,
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    headers: HeaderMap,
}

/// A form of a page, filled in as the page has it.
#[derive(Clone)]
pub(crate) struct Form {
    action: Uri,
    fields: Vec<(String, String)>,
}

impl Browser {
    pub(crate) const fn new(transport: Arc<dyn AsyncTransport>) -> Self {
        Self {
            transport,
            cookie: None,
        }
    }

    pub(crate) async fn open(&mut self, url: &Uri) -> Result<Page, Error> {
        self.send(Method::GET, url, Vec::new()).await
    }

    /// Sends a form with the button that was pressed, if the button has a name.
    pub(crate) async fn submit(
        &mut self,
        mut form: Form,
        button: Option<(&str, &str)>,
    ) -> Result<Page, Error> {
        form.fields
            .extend(button.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let body = serde_urlencoded::to_string(&form.fields)?;
        self.send(Method::POST, &form.action, body.into_bytes())
            .await
    }

    async fn send(&mut self, method: Method, url: &Uri, body: Vec<u8>) -> Result<Page, Error> {
        let host = url.authority().map(ToString::to_string).unwrap_or_default();
        let mut request = http::Request::builder().method(method.clone()).uri(url);
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        } else if let Some((_, cookie)) = self.cookie.as_ref().filter(|(owner, _)| *owner == host) {
            // `SameSite=Lax`: with links and redirects, not with a form that another site posts.
            request = request.header(COOKIE, cookie);
        }
        let request = request.body(body)?;
        let response = self
            .transport
            .send(request, Limits::new(Duration::from_secs(10), 1 << 20))
            .await;
        let (head, body) = response
            .map_err(|error| Error::from(format!("{method} {url}: {error}")))?
            .into_parts();
        if let Some(set) = head
            .headers
            .get(SET_COOKIE)
            .and_then(|value| value.to_str().ok())
        {
            self.cookie = Some((host, set.split(';').next().unwrap_or_default().to_owned()));
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        Ok(Page {
            url: url.clone(),
            status: head.status,
            text,
            headers: head.headers,
        })
    }
}

impl Form {
    /// Returns the value of a field; empty if the form has no such field.
    pub(crate) fn value(&self, name: &str) -> &str {
        let mut fields = self.fields.iter();
        fields
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// Types a value into a field of the form.
    pub(crate) fn fill(&mut self, name: &str, value: &str) {
        for (_, typed) in self.fields.iter_mut().filter(|(known, _)| known == name) {
            value.clone_into(typed);
        }
    }
}

impl Page {
    /// Returns the address that a redirect leads to.
    pub(crate) fn location(&self) -> Option<Uri> {
        let location = self.headers.get(LOCATION)?.to_str().ok()?;
        self.resolve(location)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The first form of the page.
    pub(crate) fn form(&self) -> Option<Form> {
        let mut tags = tags(&self.text).skip_while(|tag| tag.name != "form");
        let action = self.resolve(&tags.next()?.attribute("action").unwrap_or_default())?;
        let mut fields = Vec::new();
        let mut choosing = None;
        for tag in tags.take_while(|tag| tag.name != "/form") {
            let value = tag.attribute("value").unwrap_or_default();
            match (tag.name, tag.attribute("name")) {
                ("input", Some(name)) => fields.push((name, value)),
                ("select", name) => choosing = name,
                // The first option counts, as long as no other is marked.
                ("option", _) => fields.extend(choosing.take().map(|name| (name, value))),
                _ => {}
            }
        }
        Some(Form { action, fields })
    }

    fn resolve(&self, reference: &str) -> Option<Uri> {
        let authority = self.url.authority()?;
        match reference {
            "" => Some(self.url.clone()),
            path if path.starts_with('/') => {
                format!("{}://{authority}{path}", self.url.scheme_str()?)
                    .parse()
                    .ok()
            }
            url => url.parse().ok(),
        }
    }
}

struct Tag<'a> {
    name: &'a str,
    rest: &'a str,
}

impl Tag<'_> {
    /// The attribute's value, as maud writes it: in double quotes.
    fn attribute(&self, name: &str) -> Option<String> {
        let start = self.rest.find(&format!(" {name}=\""))? + name.len() + 3;
        let value = self.rest[start..].split('"').next()?;
        Some(
            value
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"),
        )
    }
}

fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    html.split('<').skip(1).filter_map(|text| {
        let text = text.split('>').next()?;
        let end = text.find(' ').unwrap_or(text.len());
        Some(Tag {
            name: &text[..end],
            rest: &text[end..],
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_does() {
        let text = r#"<p>x</p><form method="post" action="/a?b=1&amp;c=2"><input type="hidden" name="response"
            value="{&quot;a&quot;:&quot;&lt;&amp;amp;&gt;&quot;}"><select id="q" name="q"><option value="1" selected>1
            </option><option value="2">2</option></select><button name="go" value="x">Go</button></form><input name="z">"#;
        let page = Page {
            url: "http://shop.example/x".parse().unwrap(),
            status: StatusCode::OK,
            text: text.replace("\n            ", " "),
            headers: HeaderMap::new(),
        };
        let form = page.form().unwrap();
        assert_eq!(form.action, "http://shop.example/a?b=1&c=2");
        let fields: Vec<_> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(fields, [("response", r#"{"a":"<&amp;>"}"#), ("q", "1")]);
        let mut filled = form;
        filled.fill("q", "2");
        filled.fill("z", "3");
        assert_eq!((filled.value("q"), filled.value("z")), ("2", ""));
    }
}
