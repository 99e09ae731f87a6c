//! The comment at the head of a scenario file: a sentence, then what the file shows, what has been
//! claimed of it, where to look, and which rows of the inventory it stands for.

use anyhow::{Result, ensure};

use crate::inventory::Row;

/// What the head of a scenario file says.
#[derive(Debug)]
pub(crate) struct Header {
    /// Its first sentence.
    pub(crate) sentence: String,
    /// The rows of the inventory.
    pub(crate) rows: Vec<Row>,
}

/// The parts after the sentence, and whether each file has them.
const PARTS: [(&str, bool); 4] =
    [("SHOWS", true), ("CLAIM", false), ("LOOK", true), ("ROWS", true)];

impl Header {
    /// Of the text of a scenario file.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let comment = text.lines().map_while(|it| it.strip_prefix('#').map(str::trim));
        let comment: Vec<&str> = comment.collect();
        let sentence = comment.iter().take_while(|it| !it.is_empty()).copied().collect::<Vec<_>>();
        let sentence = sentence.join(" ");
        ensure!(sentence.ends_with(['.', '?', '!']), "it does not begin with a sentence");
        for (part, required) in PARTS {
            let count = comment.iter().filter(|it| is(it, part)).count();
            ensure!(count <= 1 && (count == 1 || !required), "`{part}` stands there {count} times");
        }
        let rows = comment.iter().skip_while(|it| !is(it, "ROWS")).take_while(|it| !it.is_empty());
        let rows = rows.flat_map(|it| it.split(' ')).filter(|it| !it.is_empty()).skip(1);
        let rows = rows.map(str::parse).collect::<Result<Vec<_>>>()?;
        ensure!(!rows.is_empty(), "`ROWS` names none");
        Ok(Self { sentence, rows })
    }
}

fn is(line: &str, part: &str) -> bool {
    line.split(' ').next() == Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# It breaks,\n# and is mended.\n#\n# SHOWS  This,\n#        and that.\n\
                        # LOOK   There.\n# ROWS   T05\n#        S100\n#\n# ROWING is no part.\nformat = 1\n";

    #[test]
    fn the_sentence_and_the_rows_are_found() {
        let header = Header::read(TEXT).expect("it is right");
        assert_eq!(header.sentence, "It breaks, and is mended.");
        let rows: Vec<String> = header.rows.iter().map(ToString::to_string).collect();
        assert_eq!(rows, ["T05", "S100"]);
    }

    #[test]
    fn what_is_missing_or_twice_is_told() {
        let cases = [
            ("mended.", "mended", "sentence"),
            ("# LOOK   There.\n", "", "`LOOK` stands there 0 times"),
            ("# LOOK ", "# SHOWS  Again.\n# LOOK ", "`SHOWS` stands there 2 times"),
            ("T05\n#        S100", "", "names none"),
            ("T05", "X5", "`X5` is no row"),
        ];
        for (from, to, want) in cases {
            let fault = Header::read(&TEXT.replace(from, to)).expect_err(want);
            assert!(fault.to_string().contains(want), "{fault}");
        }
    }
}
