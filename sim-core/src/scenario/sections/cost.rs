//! `[cost]`: what an architecture takes in a month, and what that costs.

use crate::quantity::Size;
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::{Node, Value};
use crate::scenario::values::Count;
use crate::schema::Store;
use crate::schema::cost::{Cost, kept, sent};
use crate::time::SimDuration;

type Instances = Count<0, 1_000_000>;
/// A price at most.
const PRICE_MAX: f64 = 1e9;

section! {
    /// `[cost]`: what an architecture takes in a month of 730 h, and the prices of that, in whatever
    /// money. Variants put other amounts in its place. What it does not say of storage and transfer
    /// follows from the stores.
    struct CostTable {
        /// Instances that run all the time.
        default instances: Instances = Instances::new(0),
        /// The price of an instance for an hour.
        default instance_hour: Price = Price(0.0),
        /// What is kept, backups and copies among it. Where this is not said: all stores, each as often
        /// as it has standbys and once more, and all of its backups, each snapshot whole.
        optional stored: Size,
        /// The price of a GB for a month.
        default gb_month: Price = Price(0.0),
        /// What is sent in a month, to other regions and archives. Where this is not said: the log of
        /// each store, to each of its standbys in another region.
        optional transfer: Size,
        /// The price of a GB that is sent.
        default gb_transfer: Price = Price(0.0),
        /// People's time in a month.
        default people: SimDuration = SimDuration::ZERO,
        /// The price of an hour of it.
        default person_hour: Price = Price(0.0),
    }
}

/// What a file says of costs: what it does not say follows from the stores.
#[derive(Debug)]
pub(crate) struct CostText(CostTable);

impl CostText {
    /// What architectures with these stores cost.
    pub(crate) fn of(self, stores: &[Store]) -> Cost {
        let Self(table) = self;
        let all = |of: fn(&Store) -> f64| stores.iter().map(of).sum::<f64>().round() as u64;
        Cost {
            instances: table.instances.get(),
            instance_hour: table.instance_hour.0,
            stored: table.stored.map_or_else(|| all(kept), Size::bytes),
            gb_month: table.gb_month.0,
            transfer: table.transfer.map_or_else(|| all(sent), Size::bytes),
            gb_transfer: table.gb_transfer.0,
            people: table.people,
            person_hour: table.person_hour.0,
        }
    }
}

impl Read for CostText {
    const EXPECTED: &'static str = CostTable::EXPECTED;

    fn shape() -> Shape {
        CostTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        CostTable::read(node, reader).map(Self)
    }
}

/// A price: a number, zero or more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Price(f64);

impl Read for Price {
    const EXPECTED: &'static str = "a price such as 0.42, in whatever money";

    fn shape() -> Shape {
        Shape::Number { least: 0.0, most: PRICE_MAX }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let price = match node.value {
            Value::Integer(price) => price as f64,
            Value::Float(price) => price,
            _ => return reader.wrong_type(node, Self::EXPECTED),
        };
        if !(0.0..=PRICE_MAX).contains(&price) {
            let message = "a price goes from 0 to 10⁹";
            return reader.refuse(Code::OutOfRange, node.place, message);
        }
        Some(Self(price))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn what_is_not_said_follows_from_the_stores() {
        let store = value_of::<Store>(
            "{ size = \"500GB\", wal = \"1MB/s\", region = \"eu\", \
             standby = [{ mode = \"sync\", name = \"b\", region = \"eu\" }, \
             { mode = \"async\", name = \"us\", region = \"us\", lag = \"1s\" }], backup = [ \
             { kind = \"snapshot\", every = \"7d\", keep = \"28d\" }, \
             { kind = \"incremental\", every = \"24h\", keep = \"7d\" }, \
             { kind = \"wal\", every = \"60s\", keep = \"7d\" }] }",
        );
        let cost = |said: &str| value_of::<CostText>(said).of(std::slice::from_ref(&store));
        let all = cost("{ gb_month = 0.1, gb_transfer = 0.02 }");
        // Three copies, four snapshots, seven days of changes at 1 MB/s, and of log.
        let stored = 1_500e9 + 2_000e9 + 604.8e9 + 604.8e9;
        assert!((all.stored as f64 - stored).abs() < 1e6, "{}", all.stored);
        assert_eq!(all.transfer, 2_628_000_000_000);
        let said = cost("{ stored = \"0B\", transfer = \"1GB\" }");
        assert_eq!((said.stored, said.transfer), (0, 1_000_000_000));
    }

    #[test]
    fn amounts_have_units_and_prices_have_none() {
        let cost = value_of::<CostText>(
            "{ instances = 2, instance_hour = 0.5, stored = \"2TB\", gb_month = 1, people = \"3h\" }",
        );
        let cost = cost.of(&[]);
        assert_eq!((cost.instances, cost.stored), (2, 2_000_000_000_000));
        assert!((cost.month() - 2_730.0).abs() < 1e-9);
        let cases = [
            ("instance_hour = -1", Code::OutOfRange),
            ("instance_hour = nan", Code::OutOfRange),
            ("instance_hour = \"0.5\"", Code::WrongType),
            ("stored = 500", Code::BadQuantity),
        ];
        for (text, code) in cases {
            assert_eq!(faults_of::<CostText>(&format!("{{ {text} }}"))[0].code, code, "{text}");
        }
    }
}
