//! A browser that looks at the built playground, for the tests beside it.

#[cfg(feature = "browser")]
mod page;
#[cfg(feature = "browser")]
mod server;

#[cfg(feature = "browser")]
pub use page::{Look, Page, visit};
