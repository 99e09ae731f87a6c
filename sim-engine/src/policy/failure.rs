//! Why a request, call or attempt failed, and sets of such reasons.

use std::fmt;
use std::str::FromStr;

/// The reason of a failure, as the report counts it and as `retry.on` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Reason {
    /// No answer within the caller's timeout.
    Timeout,
    /// The caller's bulkhead or pool had no slot in time.
    Bulkhead,
    /// The caller's circuit breaker was open.
    Breaker,
    /// The callee's queue had no place.
    QueueFull,
    /// The callee shed it on purpose.
    Shed,
    /// A rate limiter had no token.
    Limited,
    /// The callee answered with an error that may pass (a 5xx).
    Error,
    /// The callee answered that the request itself is wrong (a 4xx): trying again is pointless.
    ClientError,
    /// Nobody accepted the connection.
    Refused,
    /// A message was lost on the way, as the caller's timeout told.
    Lost,
    /// The request's deadline passed.
    Deadline,
    /// The instance that worked on it died.
    Crashed,
    /// The user gave up waiting.
    Abandoned,
    /// Another copy of it was answered first.
    Superseded,
}

impl Reason {
    /// Whether somebody chose to fail rather than try.
    pub const fn is_on_purpose(self) -> bool {
        match self {
            Self::Bulkhead | Self::Breaker | Self::QueueFull | Self::Shed | Self::Limited => true,
            Self::Timeout
            | Self::Error
            | Self::ClientError
            | Self::Refused
            | Self::Lost
            | Self::Deadline
            | Self::Crashed
            | Self::Superseded
            | Self::Abandoned => false,
        }
    }

    /// All reasons, in the order of the report.
    pub const ALL: [Self; 14] = [
        Self::Timeout,
        Self::Bulkhead,
        Self::Breaker,
        Self::QueueFull,
        Self::Shed,
        Self::Limited,
        Self::Error,
        Self::ClientError,
        Self::Refused,
        Self::Lost,
        Self::Deadline,
        Self::Crashed,
        Self::Abandoned,
        Self::Superseded,
    ];

    /// The word for it in scenario files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Bulkhead => "bulkhead",
            Self::Breaker => "breaker",
            Self::QueueFull => "queue_full",
            Self::Shed => "shed",
            Self::Limited => "limited",
            Self::Error => "error",
            Self::ClientError => "client_error",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Deadline => "deadline",
            Self::Crashed => "crashed",
            Self::Abandoned => "abandoned",
            Self::Superseded => "superseded",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Reason {
    type Err = UnknownReason;

    fn from_str(word: &str) -> Result<Self, UnknownReason> {
        Self::ALL.into_iter().find(|it| it.name() == word).ok_or(UnknownReason)
    }
}

/// The word names no [`Reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such outcome")]
pub struct UnknownReason;

/// A set of reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons(u16);

impl Reasons {
    /// No reason.
    pub const NONE: Self = Self(0);

    /// What `retry` tries again where `on` is not set: everything that another attempt may mend,
    /// that is all but the caller's own refusals (breaker, bulkhead, limiter), its deadline, and
    /// answers that say the request is wrong.
    pub const TRANSIENT: Self = Self::NONE
        .with(Reason::Timeout)
        .with(Reason::QueueFull)
        .with(Reason::Shed)
        .with(Reason::Error)
        .with(Reason::Refused)
        .with(Reason::Lost)
        .with(Reason::Crashed);

    /// What a caller sees as a reset connection: one that broke while it waited, or that nobody took.
    pub const RESET: Self = Self::NONE.with(Reason::Crashed).with(Reason::Refused);

    /// What a caller cannot tell from `reason`: who waits in vain cannot tell a slow callee from a
    /// lost message.
    pub const fn seen_as(reason: Reason) -> Self {
        match reason {
            Reason::Timeout => Self::NONE.with(Reason::Timeout).with(Reason::Lost),
            reason => Self::NONE.with(reason),
        }
    }

    /// This set and `reason`.
    #[must_use]
    pub const fn with(self, reason: Reason) -> Self {
        Self(self.0 | 1 << reason as u16)
    }

    /// Whether `reason` is in the set.
    #[inline]
    pub const fn contains(self, reason: Reason) -> bool {
        self.0 & (1 << reason as u16) != 0
    }

    /// The reasons in the order of the report.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |it| self.contains(*it))
    }
}

impl FromIterator<Reason> for Reasons {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        reasons.into_iter().fold(Self::NONE, Self::with)
    }
}
