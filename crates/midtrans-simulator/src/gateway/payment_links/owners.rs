//! The ids of all merchants' payment links. They are parts of addresses at one host, so that no two
//! links have one, whatever their merchants.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The account of each link, shared by all accounts of a gateway.
#[derive(Clone, Debug, Default)]
pub(in crate::gateway) struct LinkOwners(Arc<Mutex<HashMap<String, u32>>>);

impl LinkOwners {
    /// Takes an id for an account. `false`, and nothing happens, if another account has it.
    pub(in crate::gateway) fn claim(&self, link_id: &str, account: u32) -> bool {
        let mut owners = self.owners();
        let owner = owners.entry(link_id.to_owned()).or_insert(account);
        *owner == account
    }

    /// Frees all ids of an account.
    pub(in crate::gateway) fn forget(&self, account: u32) {
        self.owners().retain(|_, owner| *owner != account);
    }

    /// A panic elsewhere leaves the map whole.
    fn owners(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
