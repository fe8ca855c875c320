//! The environment's proxy, for HTTPS only.

use midtrans_transport::{EnvironmentProxy, ProxyChoice};
use reqwest::{ClientBuilder, Proxy, Url};

use crate::error::BuildError;

/// Switches off reqwest's own reading of the environment, which would send plain HTTP through a
/// proxy and ignores an address that it cannot read.
pub(crate) fn unread(builder: ClientBuilder) -> ClientBuilder {
    builder.no_proxy()
}

/// Tunnels HTTPS as the environment says, where nothing else was chosen.
pub(crate) fn add(
    builder: ClientBuilder,
    choice: ProxyChoice,
) -> Result<ClientBuilder, BuildError> {
    let named = match choice {
        ProxyChoice::Environment => EnvironmentProxy::read()?,
        _ => None,
    };
    let Some(named) = named else {
        return Ok(builder);
    };
    // Its own error is left out: it may show the address.
    let address = Url::parse(named.address()).map_err(|_| named.invalid_address())?;
    let choose = move |target: &Url| {
        let is_for =
            target.scheme() == "https" && target.host_str().is_some_and(|host| named.is_for(host));
        is_for.then(|| address.clone())
    };
    Ok(builder.proxy(Proxy::custom(choose)))
}
