//! Contract suites, written once and mounted per transport.
