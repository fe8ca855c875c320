//! The shop under test, with a gateway that answers as each test says, and a store of each kind.

mod browsing;
mod cards;
mod charging;
mod instructions;
mod listening;
mod single_page;
mod snap;
mod test_shop;
mod wallets;

const CUSTOMER: &str = "quantity=1&first_name=Siti&last_name=Rahma&email=siti%40example.com&phone=0812\
    &address=Jalan+Melati+7&postal_code=55281&city=Yogyakarta";

/// Each of these is a test, once with each kind of store.
macro_rules! tests {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Kind::Sqlite).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(kind) = super::Kind::postgres() {
                    super::$name(kind).await;
                }
            })*
        }
    };
}
use tests;
