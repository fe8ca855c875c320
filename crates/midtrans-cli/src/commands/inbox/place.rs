//! The place of an inbox: a file or the URL of a server.

use std::fmt;

use crate::failure::Failure;

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    #[cfg(feature = "sqlite")]
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

impl Kind {
    /// The names of all kinds, also of those that were left out.
    pub(crate) const NAMES: [&str; 2] = ["sqlite", "postgres"];

    /// The kind of this name.
    pub(crate) fn named(name: &str) -> Result<Self, Failure> {
        match name {
            #[cfg(feature = "sqlite")]
            "sqlite" => Ok(Self::Sqlite),
            #[cfg(feature = "postgres")]
            "postgres" => Ok(Self::Postgres),
            _ => Err(left_out(name)),
        }
    }
}

/// A kind of database for which this program was not built.
fn left_out(feature: &str) -> Failure {
    Failure::usage(format!(
        "this program was built without the cargo feature `{feature}`, which this inbox needs"
    ))
    .next(format!(
        "cargo install --path crates/midtrans-cli --locked --features {feature}"
    ))
}

/// A SQLite file or a PostgreSQL database. Its URL may hold a password, so that it is never shown.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    /// A path or a URL.
    pub(crate) address: String,
}

impl Place {
    #[allow(
        unreachable_patterns,
        reason = "with both features on, no kind is left out"
    )]
    pub(crate) fn of(text: &str) -> Result<Self, Failure> {
        match text.split_once("://").map(|(scheme, _)| scheme) {
            #[cfg(feature = "postgres")]
            Some("postgres" | "postgresql") => Ok(Self {
                kind: Kind::Postgres,
                address: text.to_owned(),
            }),
            #[cfg(feature = "sqlite")]
            None | Some("sqlite") => {
                let path = text
                    .strip_prefix("sqlite:")
                    .map_or(text, |path| path.strip_prefix("//").unwrap_or(path));
                Ok(Self {
                    kind: Kind::Sqlite,
                    address: path.to_owned(),
                })
            }
            None | Some("sqlite") => Err(left_out("sqlite")),
            Some("postgres" | "postgresql") => Err(left_out("postgres")),
            Some(scheme) => Err(
                Failure::usage(format!("there is no inbox of the kind {scheme}"))
                    .next("use a SQLite file, or postgres://user@host/database"),
            ),
        }
    }

    /// The place for a person: the file, or only that it is a server.
    pub(crate) fn shown(&self) -> String {
        match self.kind {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite => format!("SQLite file {}", self.address),
            #[cfg(feature = "postgres")]
            Kind::Postgres => "PostgreSQL database".to_owned(),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Returns true if a URL carries a password, before the host or behind it.
pub(crate) fn has_password(place: &str) -> bool {
    let Some((_, rest)) = place.split_once("://") else {
        return false;
    };
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || query.split('&').any(|pair| pair.starts_with("password="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_seen() {
        assert!(has_password("postgres://shop:secret@db/shop"));
        assert!(has_password("postgres://db/shop?user=a&password=secret"));
        for place in [
            "postgres://shop@db:5432/shop",
            "shop.db",
            "postgres://%2Ftmp%2Fx:5432/postgres?sslmode=disable",
        ] {
            assert!(!has_password(place), "{place}");
        }
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_url_is_never_shown() {
        let place = Place::of("postgres://shop:MARKER@db/shop").unwrap();
        assert!(!format!("{place:?} {}", place.shown()).contains("MARKER"));
    }
}
