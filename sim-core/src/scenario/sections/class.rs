//! `[class.NAME]`: what is said of a class of requests, whatever load they are of.

use crate::scenario::reader::{Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::Count;
use crate::schema::Class;

section! {
    /// `[class.NAME]`: the requests of a class, and all that is called for them.
    struct ClassTable {
        /// Which go first in queues by priority: 1 is the most important.
        required priority: Count<1, 100>,
    }
}

impl Read for Class {
    const EXPECTED: &'static str = ClassTable::EXPECTED;

    fn shape() -> Shape {
        ClassTable::shape()
    }

    /// Without its name, which is its key.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = ClassTable::read(node, reader)?;
        Some(Self { name: String::new(), priority: table.priority.get() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::diagnostic::Code;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn classes_have_a_priority() {
        assert_eq!(value_of::<Class>("{ priority = 3 }").priority, 3);
        assert_eq!(faults_of::<Class>("{ priority = 0 }")[0].code, Code::OutOfRange);
        assert_eq!(faults_of::<Class>("{}")[0].code, Code::MissingKey);
    }
}
