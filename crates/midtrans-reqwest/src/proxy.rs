//! The environment's proxies, for HTTPS only.

use std::env;

use reqwest::{ClientBuilder, NoProxy, Proxy};

/// Tunnels HTTPS as the environment says, and connects directly for plain HTTP.
///
/// Plain HTTP is for loopback. A proxy would carry the server key to another machine, readable by anyone.
pub(crate) fn for_https_only(builder: ClientBuilder) -> ClientBuilder {
    // Switches off reqwest's own reading of the environment.
    let builder = builder.no_proxy();
    match from_environment() {
        Some(proxy) => builder.proxy(proxy.no_proxy(NoProxy::from_env())),
        None => builder,
    }
}

/// The first variable that is set decides, as with curl; one that names no proxy means none.
fn from_environment() -> Option<Proxy> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let address = names.iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))?;
    Proxy::https(address).ok()
}
