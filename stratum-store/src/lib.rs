//! What is kept, and how does one get at it? SQLite in a file, one door per tenant.
