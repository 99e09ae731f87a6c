//! Reading single values, for the unit tests of this module.

use super::diagnostic::Diagnostic;
use super::files::MemoryFiles;
use super::outline::Outline;
use super::place::SourceId;
use super::reader::{Read, Reader};
use super::tree::parse_document;

/// What the values may refer to: two services, a load, a pool, a store.
const AROUND: &str = r#"
    [service.a]
    [[service.a.call]]
    to = "b"
    [service.b.op.x]
    [service.b.op.y]
    [load.l]
    [pool.p]
    [store.s]
    write = "1ms"
    [[fault]]
    name = "f"
    [variant.v]
"#;

fn files() -> MemoryFiles {
    let log = "ID,TIMESTAMP\n1,2023-11-16 18:17:03.9799600\n2,2023-11-16 18:17:04.9799600\n\
               3,2023-11-16 18:17:04.97996\n4,2023-11-16T18:18:03.97996Z\n";
    [("data/price.csv", "id,ms\n1,1.0\n2,3\n"), ("data/log.csv", log)].into_iter().collect()
}

fn read<T: Read>(text: &str) -> (Option<T>, Vec<Diagnostic>) {
    const BEFORE: &str = "x = ";
    let tree = parse_document(&format!("{BEFORE}{text}"), SourceId::FILE).expect("valid TOML");
    let around = parse_document(AROUND, SourceId::FILE).expect("valid TOML");
    let (outline, files) = (Outline::of(&around), files());
    let mut reader = Reader::new(&outline, &files);
    let value = T::read(tree.get("x").expect("it is there"), &mut reader);
    let mut faults = reader.into_faults();
    for fault in &mut faults {
        fault.span = fault.span.start - BEFORE.len()..fault.span.end - BEFORE.len();
    }
    (value, faults)
}

/// The value of `text`, which has no faults.
pub(crate) fn value_of<T: Read>(text: &str) -> T {
    let (value, faults) = read(text);
    assert!(faults.is_empty(), "{text}: {faults:?}");
    value.unwrap_or_else(|| panic!("{text}: no value and no fault"))
}

/// The faults of `text`, at least one, their places counted from its start.
pub(crate) fn faults_of<T: Read>(text: &str) -> Vec<Diagnostic> {
    let (value, faults) = read::<T>(text);
    assert!(value.is_none() && !faults.is_empty(), "{text} should have faults");
    faults
}
