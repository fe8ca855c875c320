//! The walk through a list: its pages, or its rows, one call after another.

use std::fmt;

use midtrans_protocol::Merchant;
use midtrans_protocol::account::Account;
use midtrans_protocol::paging::{Paged, Walk};

#[cfg(feature = "async")]
use crate::{AsyncClient, AsyncTransport};
use crate::{BlockingClient, BlockingTransport, Error};

/// The pages of a list, one call each: an iterator. Made by [`BlockingClient::pages`].
///
/// A page beyond the end is empty, and ends the list; it is not returned. An error ends the
/// iteration and loses no page: [`resume`](Self::resume) asks for the failed page again, and
/// [`position`](Self::position) is the cursor to store.
pub struct BlockingPages<T, O, A = Merchant> {
    client: BlockingClient<T, A>,
    walk: Walk<O>,
}

/// The rows of a list, page after page: an iterator. Made by [`BlockingPages::rows`].
pub struct BlockingRows<T, O: Paged, A = Merchant> {
    pages: BlockingPages<T, O, A>,
    rows: std::vec::IntoIter<O::Row>,
}

/// The pages of a list, one call each. Made by [`AsyncClient::pages`].
///
/// A page beyond the end is empty, and ends the list; it is not returned. An error ends the list and
/// loses no page: [`resume`](Self::resume) asks for the failed page again, and
/// [`position`](Self::position) is the cursor to store. Dropping the future of
/// [`next`](Self::next) loses no page either: the next one asks for the same.
///
/// ```
/// use midtrans_protocol::OrderId;
/// use midtrans_protocol::transaction::GetStatusB2b;
/// # use midtrans_protocol::{Environment, Merchant, ServerKey};
/// # use midtrans_transport::{AsyncClient, Limits, Request, Response};
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     match std::pin::pin!(future).poll(&mut context) {
/// #         std::task::Poll::Ready(output) => output,
/// #         std::task::Poll::Pending => unreachable!("nothing here waits"),
/// #     }
/// # }
/// # block_on(async {
/// # let merchant = Merchant::new(Environment::Sandbox, ServerKey::new("SB-Mid-server-abc123cde456")?)?;
/// # let two = async |request: Request, _: Limits| {
/// #     let paid = r#"{"status_code":"200","order_id":"rent-7","transaction_id":"t-1","transaction_status":"settlement"}"#;
/// #     let rows = if request.uri().query().is_none() { paid } else { "" };
/// #     Ok(Response::new(format!(r#"{{"status_code":"200","transactions":[{rows}]}}"#).into()))
/// # };
/// # let client = AsyncClient::new(two, merchant);
///
/// // All payments to a virtual account that customers pay several times.
/// let mut payments = client.pages(GetStatusB2b::new(OrderId::new("rent-7")?)).rows();
/// let mut ids = Vec::new();
/// while let Some(payment) = payments.next().await {
///     ids.extend(payment?.transaction_id().map(str::to_owned));
/// }
/// assert_eq!(ids, ["t-1"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[cfg(feature = "async")]
pub struct AsyncPages<T, O, A = Merchant> {
    client: AsyncClient<T, A>,
    walk: Walk<O>,
}

/// The rows of a list, page after page. Made by [`AsyncPages::rows`].
#[cfg(feature = "async")]
pub struct AsyncRows<T, O: Paged, A = Merchant> {
    pages: AsyncPages<T, O, A>,
    rows: std::vec::IntoIter<O::Row>,
}

/// Implements pages and rows. The blocking and the async ones differ as the clients do.
macro_rules! pages {
    (
        $client:ident, $transport:ident, $pages:ident, $rows:ident
        $(, $async:ident, $await:ident, $sync:ident)?
    ) => {
        impl<T, O: Paged, A> $pages<T, O, A> {
            pub(crate) fn new(client: $client<T, A>, first: O) -> Self {
                Self { client, walk: Walk::starting_at(first) }
            }

            /// The operation of the first page that has not come yet, also after an error; `None`
            /// after the last page. Store its cursor, such as
            /// [`Page`](midtrans_protocol::history::Page), to go on in another process.
            #[must_use]
            pub const fn position(&self) -> Option<&O> {
                self.walk.position()
            }

            /// Goes on after an error, with the page that failed.
            pub const fn resume(&mut self) {
                self.walk.resume();
            }

            /// The rows instead of the pages.
            #[must_use]
            pub fn rows(self) -> $rows<T, O, A> {
                $rows { pages: self, rows: Vec::new().into_iter() }
            }
        }

        impl<T: $transport, O: Paged<Account = A> $(+ $sync)?, A: Account> $pages<T, O, A> {
            $($async)? fn advance(&mut self) -> Option<Result<O::Reply, Error>> {
                let list = self.walk.upcoming()?;
                let page = match self.client.send(list)$(.$await)? {
                    Ok(page) => page,
                    Err(error) => {
                        self.walk.failed();
                        return Some(Err(error));
                    }
                };
                match self.walk.received(&page) {
                    Ok(0) => None,
                    Ok(_) => Some(Ok(page)),
                    Err(repeated) => Some(Err(Error::repeated(O::NAME, repeated))),
                }
            }
        }

        impl<T, O: Paged, A> $rows<T, O, A> {
            /// The operation of the first page that has not come yet, as that of the pages. Rows of
            /// the page before it may be left in this iterator.
            #[must_use]
            pub const fn position(&self) -> Option<&O> {
                self.pages.position()
            }

            /// Goes on after an error, with the page that failed.
            pub const fn resume(&mut self) {
                self.pages.resume();
            }
        }

        impl<T: $transport, O: Paged<Account = A> $(+ $sync)?, A: Account> $rows<T, O, A> {
            $($async)? fn advance(&mut self) -> Option<Result<O::Row, Error>> {
                loop {
                    if let Some(row) = self.rows.next() {
                        return Some(Ok(row));
                    }
                    match self.pages.advance()$(.$await)?? {
                        Ok(page) => self.rows = O::rows(&page).into_iter(),
                        Err(error) => return Some(Err(error)),
                    }
                }
            }
        }

        impl<T, O: fmt::Debug, A: Account> fmt::Debug for $pages<T, O, A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($pages))
                    .field("client", &self.client)
                    .field("walk", &self.walk)
                    .finish()
            }
        }

        /// Shows the number of rows that are left of the page, and none of them.
        impl<T, O: Paged + fmt::Debug, A: Account> fmt::Debug for $rows<T, O, A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($rows))
                    .field("pages", &self.pages)
                    .field("rows", &self.rows.len())
                    .finish()
            }
        }
    };
}
pages!(
    BlockingClient,
    BlockingTransport,
    BlockingPages,
    BlockingRows
);
#[cfg(feature = "async")]
pages!(
    AsyncClient,
    AsyncTransport,
    AsyncPages,
    AsyncRows,
    async,
    await,
    Sync
);

impl<T: BlockingTransport, O: Paged<Account = A>, A: Account> Iterator for BlockingPages<T, O, A> {
    type Item = Result<O::Reply, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance()
    }
}

impl<T: BlockingTransport, O: Paged<Account = A>, A: Account> Iterator for BlockingRows<T, O, A> {
    type Item = Result<O::Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance()
    }
}

#[cfg(feature = "async")]
impl<T: AsyncTransport, O: Paged<Account = A> + Sync, A: Account> AsyncPages<T, O, A> {
    /// The next page; `None` after the last, and after an error until [`resume`](Self::resume).
    ///
    /// Dropping the future loses no page: the next call asks for the same.
    ///
    /// # Errors
    /// As [`AsyncClient::send`], and
    /// [`ErrorKind::RepeatedPage`](crate::ErrorKind::RepeatedPage).
    pub async fn next(&mut self) -> Option<Result<O::Reply, Error>> {
        self.advance().await
    }
}

#[cfg(feature = "async")]
impl<T: AsyncTransport, O: Paged<Account = A> + Sync, A: Account> AsyncRows<T, O, A> {
    /// The next row; `None` after the last, and after an error until [`resume`](Self::resume).
    ///
    /// Dropping the future loses no row: the next call asks for the same page.
    ///
    /// # Errors
    /// As [`AsyncPages::next`].
    pub async fn next(&mut self) -> Option<Result<O::Row, Error>> {
        self.advance().await
    }
}
