// JSON, written and read: each is in a file that needs it.

//: is_table
/// Whether a value is an object with names.
fn is_table(value: &Json) -> bool {
    matches!(value, Json::Table(_))
}

//: table_of
/// The object that a value is.
fn table_of(value: &Json) -> &Table {
    const NONE: &Table = &Table::new();
    match value {
        Json::Table(found) => found,
        _ => NONE,
    }
}

//: is_list
/// Whether a value is a list.
fn is_list(value: &Json) -> bool {
    matches!(value, Json::List(_))
}

//: items_of
/// The items of the list that a value is.
fn items_of(value: &Json) -> &[Json] {
    match value {
        Json::List(found) => found,
        _ => &[],
    }
}

//: is_number
/// Whether a value is a number.
fn is_number(value: &Json) -> bool {
    matches!(value, Json::Number(_))
}

//: number_of
/// The number that a value is.
fn number_of(value: &Json) -> f64 {
    match value {
        Json::Number(found) => *found,
        _ => f64::NAN,
    }
}

//: is_text
/// Whether a value is this text.
fn is_text(value: &Json, text: &str) -> bool {
    matches!(value, Json::Text(found) if found == text)
}

//: json_numbers
/// A list of numbers as a value.
fn json_numbers(values: &[f64]) -> Json {
    Json::List(values.iter().map(|&x| Json::Number(x)).collect())
}

//: json_words
/// A list of words as a value.
fn json_words(words: &[u32]) -> Json {
    let values = words.iter().map(|&word| Json::Number(word.into()));
    Json::List(values.collect())
}

//: has
/// Whether an object has a name.
fn has(table: &Table, name: &str) -> bool {
    table.iter().any(|(own, _)| own == name)
}

//: item
/// The value of a name; null where there is none.
fn item<'a>(table: &'a Table, name: &str) -> &'a Json {
    let found = table.iter().find(|(own, _)| own == name);
    found.map_or(&Json::Null, |(_, value)| value)
}

//: put
/// Gives a new name of an object its value.
fn put(table: &mut Table, name: &str, value: Json) {
    table.push((name.to_string(), value));
}

//: keys
/// The names of an object.
fn keys(table: &Table) -> Vec<String> {
    table.iter().map(|(name, _)| name.clone()).collect()
}

//: saved_as
/// An object as a text.
fn saved_as(table: &Table) -> String {
    let mut found = String::new();
    write_table(&mut found, table);
    found
}

//: write_table
fn write_table(text: &mut String, table: &Table) {
    for (k, (name, value)) in table.iter().enumerate() {
        text.push_str(if k == 0 { "{\"" } else { ", \"" });
        text.push_str(name);
        text.push_str("\": ");
        write_value(text, value);
    }
    text.push_str(if table.is_empty() { "{}" } else { "}" });
}

//: write_value
fn write_value(text: &mut String, value: &Json) {
    match value {
        Json::Null => text.push_str("null"),
        Json::Flag(flag) => text.push_str(&flag.to_string()),
        Json::Number(x) if x.fract() == 0.0 && x.abs() < 1e15 && !x.is_sign_negative() => {
            text.push_str(&x.to_string());
        }
        Json::Number(x) => text.push_str(&format!("{x:?}")),
        Json::Text(own) => {
            text.push('"');
            text.push_str(own);
            text.push('"');
        }
        Json::List(items) => {
            for (k, item) in items.iter().enumerate() {
                text.push_str(if k == 0 { "[" } else { ", " });
                write_value(text, item);
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Json::Table(table) => write_table(text, table),
    }
}

//: read_saved
/// The object that a saved text holds.
fn read_saved(saved: &str) -> Result<Table, Error> {
    let text = saved.as_bytes();
    let mut reader = Reader { text, at: 0 };
    match reader.whole() {
        Some(Json::Table(found)) => Ok(found),
        _ => Err(unfit("the text has not the format of a JSON object")),
    }
}

//: object_in
/// The object that a text of JSON says.
fn object_in(text: &str, where_it_is: &str) -> Result<Table, Error> {
    let found = read_saved(text);
    found.map_err(|_| unfit(format!("{where_it_is}: expected an object of JSON")))
}

//: Reader
/// Reads values of JSON; nothing where the text is none.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The value that is all of the text.
    fn whole(&mut self) -> Option<Json> {
        let found = self.value(64)?;
        (self.peek() == 0).then_some(found)
    }

    /// The next byte behind white space; 0 at the end.
    fn peek(&mut self) -> u8 {
        while self.at < self.text.len() && b" \t\r\n".contains(&self.text[self.at]) {
            self.at += 1;
        }
        *self.text.get(self.at).unwrap_or(&0)
    }

    /// Whether this byte is next; then it is behind us.
    fn takes(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    /// The next value, which may be so deep.
    fn value(&mut self, depth: usize) -> Option<Json> {
        match self.peek() {
            _ if depth == 0 => None,
            b'{' => self.table(depth - 1).map(Json::Table),
            b'[' => self.list(depth - 1).map(Json::List),
            b'"' => self.quoted().map(Json::Text),
            b't' => self.word("true", Json::Flag(true)),
            b'f' => self.word("false", Json::Flag(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn table(&mut self, depth: usize) -> Option<Table> {
        let mut found = Table::new();
        self.at += 1;
        if self.takes(b'}') {
            return Some(found);
        }
        loop {
            if self.peek() != b'"' {
                return None;
            }
            let name = self.quoted()?;
            if !self.takes(b':') {
                return None;
            }
            let value = self.value(depth)?;
            found.retain(|(own, _)| *own != name);
            found.push((name, value));
            if self.takes(b'}') {
                return Some(found);
            }
            if !self.takes(b',') {
                return None;
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Json>> {
        let mut found = vec![];
        self.at += 1;
        if self.takes(b']') {
            return Some(found);
        }
        loop {
            found.push(self.value(depth)?);
            if self.takes(b']') {
                return Some(found);
            }
            if !self.takes(b',') {
                return None;
            }
        }
    }

    /// A text; a bpgen file has none with other escapes than these.
    fn quoted(&mut self) -> Option<String> {
        let mut found = vec![];
        self.at += 1;
        loop {
            let byte = *self.text.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(found).ok(),
                b'\\' => {
                    let escaped = *self.text.get(self.at)?;
                    self.at += 1;
                    match escaped {
                        b'"' | b'\\' | b'/' => found.push(escaped),
                        b'b' => found.push(8),
                        b'f' => found.push(12),
                        b'n' => found.push(b'\n'),
                        b'r' => found.push(b'\r'),
                        b't' => found.push(b'\t'),
                        b'u' => {
                            let code = self.text.get(self.at..self.at + 4)?;
                            let code = std::str::from_utf8(code).ok()?;
                            let code = u32::from_str_radix(code, 16).ok()?;
                            let letter = char::from_u32(code).unwrap_or('\u{fffd}');
                            found.extend(letter.to_string().into_bytes());
                            self.at += 4;
                        }
                        _ => return None,
                    }
                }
                0..=31 => return None,
                _ => found.push(byte),
            }
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        let found = self.text[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        found.then_some(value)
    }

    /// A number as JSON has it: digits, a fraction, a power of ten.
    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        self.at += usize::from(self.text.get(self.at) == Some(&b'-'));
        let first = self.at;
        let digits = self.digits();
        if digits == 0 || (digits > 1 && self.text[first] == b'0') {
            return None;
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.text.get(self.at), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return None;
            }
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).ok()?;
        let found = text.parse::<f64>().ok()?;
        found.is_finite().then_some(Json::Number(found))
    }

    /// Goes over digits; gives how many there were.
    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.text.get(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }
}
