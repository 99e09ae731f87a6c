//! How many calls a second may pass.

mod token_bucket;

pub use self::token_bucket::TokenBucket;
