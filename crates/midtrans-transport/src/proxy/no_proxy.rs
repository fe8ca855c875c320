//! The hosts of `NO_PROXY`.

use std::net::IpAddr;

/// Names with all that is below them, addresses and networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NoProxy {
    everything: bool,
    names: Vec<String>,
    networks: Vec<(IpAddr, u32)>,
}

impl NoProxy {
    /// An entry of no such form is a name that no host has.
    pub(super) fn read(list: &str) -> Self {
        let mut no_proxy = Self::default();
        for entry in list
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
        {
            if entry == "*" {
                no_proxy.everything = true;
            } else if let Some(network) = network(entry) {
                no_proxy.networks.push(network);
            } else {
                let name = entry.strip_prefix('*').unwrap_or(entry).trim_matches('.');
                no_proxy.names.push(name.to_ascii_lowercase());
            }
        }
        no_proxy
    }

    pub(super) const fn is_everything(&self) -> bool {
        self.everything
    }

    pub(super) fn contains(&self, host: &str) -> bool {
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        match host.parse() {
            Ok(address) => self
                .networks
                .iter()
                .any(|network| is_within(address, *network)),
            Err(_) => {
                let host = host.trim_end_matches('.').to_ascii_lowercase();
                self.names.iter().any(|name| is_below(&host, name))
            }
        }
    }
}

/// Reads a network; an address is a network of one.
fn network(entry: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = entry
        .split_once('/')
        .map_or((entry, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(most), |length| {
        length.parse().ok().filter(|length| *length <= most)
    })?;
    Some((address, length))
}

fn is_within(address: IpAddr, (network, length): (IpAddr, u32)) -> bool {
    let differing = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        _ => return false,
    };
    differing >= length
}

fn is_below(host: &str, name: &str) -> bool {
    host.strip_suffix(name)
        .is_some_and(|below| !name.is_empty() && (below.is_empty() || below.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::NoProxy;

    fn assert_exempt(list: &str, hosts: &[&str], others: &[&str]) {
        let no_proxy = NoProxy::read(list);
        for host in hosts {
            assert!(no_proxy.contains(host), "{list}: {host}");
        }
        for host in others {
            assert!(!no_proxy.contains(host), "{list}: {host}");
        }
    }

    #[test]
    fn a_name_exempts_itself_and_all_below_it() {
        for list in [
            "midtrans.com",
            ".midtrans.com",
            "*.midtrans.com",
            " x , Midtrans.COM. ,",
        ] {
            let hosts = [
                "midtrans.com",
                "api.midtrans.com",
                "api.sandbox.MIDTRANS.com",
                "api.midtrans.com.",
            ];
            assert_exempt(
                list,
                &hosts,
                &["notmidtrans.com", "midtrans.com.example", "com", "10.0.0.7"],
            );
        }
    }

    #[test]
    fn an_address_exempts_itself_and_a_network_all_in_it() {
        assert_exempt("10.0.0.7", &["10.0.0.7"], &["10.0.0.8", "x.10.0.0.7"]);
        assert_exempt(
            "10.0.0.0/8",
            &["10.0.0.7", "10.255.0.1"],
            &["11.0.0.1", "::1", "api.midtrans.com"],
        );
        assert_exempt("0.0.0.0/0", &["1.2.3.4"], &["::1"]);
        assert_exempt("::1", &["::1", "[::1]"], &["[::2]", "0.0.0.1"]);
        assert_exempt("fe80::/10", &["[fe80::1]", "febf::1"], &["fec0::1"]);
    }

    #[test]
    fn what_is_none_of_these_exempts_nothing() {
        assert_exempt(
            "10.0.0.0/33,10.0.0.0/x,/,., ,*x",
            &[],
            &["10.0.0.7", "api.midtrans.com", "a.x.y"],
        );
        assert!(NoProxy::read("a, *").is_everything() && !NoProxy::read("a").is_everything());
    }
}
