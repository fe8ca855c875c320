//! The balance of an account.
//! ([Balance mutation](https://docs.midtrans.com/reference/merchant-balance-mutation-api))

mod get_mutation;

pub use get_mutation::{Balances, GetMutation, Mutation, Wallet};
