// Functions that notations call: each is in a file that needs it.

//: unfit
/// What says that something does not fit.
fn unfit(message: impl Into<String>) -> Error {
    Error::Unfit(message.into())
}

//: too_early
/// What says that something else has to be called first.
fn too_early(message: impl Into<String>) -> Error {
    Error::TooEarly(message.into())
}

//: with_numbers
/// Numbers as rows of one, and the rows of some lists.
fn with_numbers<'a>(numbers: &[&'a f64], lists: &[&'a Rows]) -> Vec<&'a [f64]> {
    let alone = numbers.iter().map(|x| std::slice::from_ref(*x));
    let others = lists.iter().flat_map(|own| own.rows());
    alone.chain(others).collect()
}

//: rows_of_all
/// The rows of several lists, to be changed.
fn rows_of_all(lists: Vec<&mut Rows>) -> Vec<&mut [f64]> {
    lists.into_iter().flat_map(Rows::rows_mut).collect()
}

//: samples
/// Inputs and their targets.
fn samples(inputs: Vec<Vec<f64>>, targets: Vec<Vec<f64>>) -> Samples {
    Samples { inputs, targets }
}

//: add
/// Adds to the numbers of an array from a place on.
fn add(array: &mut [f64], start: usize, more: &[f64]) {
    for (own, x) in array[start..].iter_mut().zip(more) {
        *own += x;
    }
}

//: set_at
/// Sets the numbers of an array from a place on.
fn set_at(array: &mut [f64], start: usize, values: &[f64]) {
    array[start..start + values.len()].copy_from_slice(values);
}

//: larger_of
/// The larger of two numbers; the first one if either is no number.
fn larger_of(a: f64, b: f64) -> f64 {
    if b > a {
        b
    } else {
        a
    }
}

//: counted
/// The whole numbers from 0 on.
fn counted(count: usize) -> Vec<usize> {
    (0..count).collect()
}

//: part
/// The items from start up to, but not including, stop; fewer at the end.
fn part<T: Clone>(items: &[T], start: usize, stop: usize) -> Vec<T> {
    items[start..stop.min(items.len())].to_vec()
}

//: chosen
/// The items in these places.
fn chosen<T: Clone>(items: &[T], places: &[usize]) -> Vec<T> {
    places.iter().map(|&i| items[i].clone()).collect()
}

//: sorted
/// The same whole numbers, the smallest one first.
fn sorted(items: &[usize]) -> Vec<usize> {
    let mut found = items.to_vec();
    found.sort_unstable();
    found
}

//: copied
/// The same numbers in lists of their own.
fn copied<R: AsRef<[f64]>>(rows: &[R]) -> Vec<Vec<f64>> {
    rows.iter().map(|row| row.as_ref().to_vec()).collect()
}

//: joined_rows
/// The numbers of all rows, one after the other.
fn joined_rows<R: AsRef<[f64]>>(rows: &[R]) -> Vec<f64> {
    rows.iter().flat_map(|row| row.as_ref().to_vec()).collect()
}

//: is_among
/// Whether a text is one of several.
fn is_among<S: AsRef<str>>(text: &str, texts: &[S]) -> bool {
    texts.iter().any(|other| other.as_ref() == text)
}

//: letters_at
/// Where the letters of a word stand among others.
fn letters_at<S: AsRef<str>>(word: &str, letters: &[S]) -> Vec<usize> {
    word.split("")
        .filter_map(|letter| letters.iter().position(|other| other.as_ref() == letter))
        .collect()
}

//: numbers
/// The numbers of a text, between white space.
fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().map(parsed).collect()
}

//: words_of
/// The words of a text.
fn words_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_string).collect()
}

//: cells
/// The parts of a text, without blanks and quotation marks around them.
fn cells(text: &str, separator: &str) -> Vec<String> {
    let around = &['"', ' ', '\t', '\r'][..];
    let found = text.split(separator).map(|cell| cell.trim_matches(around));
    found.map(str::to_string).collect()
}

//: rows_of_table
/// The rows of a table as lists.
fn rows_of_table<const N: usize>(table: &[[f64; N]]) -> Vec<Vec<f64>> {
    table.iter().map(|row| row.to_vec()).collect()
}

//: names_of
/// The names of arrays, in order.
fn names_of(shapes: &[Shape]) -> Vec<String> {
    shapes.iter().map(|(name, _)| name.to_string()).collect()
}

//: shape_of
/// The shape of an array by its name.
fn shape_of(shapes: &[Shape], name: &str) -> &'static [usize] {
    let found = shapes.iter().find(|(own, _)| *own == name);
    found.map_or(&[], |(_, sizes)| *sizes)
}

//: array_names
/// The names of arrays.
fn array_names(arrays: &Arrays) -> Vec<String> {
    arrays.keys().cloned().collect()
}

//: stops
/// Whether the caller wants no further epoch.
fn stops(on_epoch: &mut OnEpoch, epoch: usize, loss: f64) -> bool {
    match on_epoch {
        Some(goes_on) => !goes_on(epoch, loss),
        None => false,
    }
}

//: say
/// A line for the reader; where nobody reads any more, the program ends.
fn say(line: &str) {
    use std::io::Write;
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(141);
    }
}

//: scientific
/// A number such as 1.2e-07.
fn scientific(x: f64) -> String {
    let found = format!("{x:.1e}");
    match found.split_once('e') {
        Some((digits, power)) => {
            let sign = if power.starts_with('-') { '-' } else { '+' };
            format!("{digits}e{sign}{:0>2}", power.trim_start_matches('-'))
        }
        None => found,
    }
}

//: fixed
/// A number with that many decimals.
fn fixed(x: f64, digits: usize) -> String {
    format!("{x:.digits$}").to_lowercase()
}

//: parsed
/// The number that a text says; NaN if it says none.
fn parsed(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

//: read_text
/// The text of a file, without a mark of its encoding.
fn read_text(path: &str) -> Result<String, Error> {
    let found = std::fs::read_to_string(path);
    let text = found.map_err(|why| unfit(format!("{path}: {why}")))?;
    Ok(text.trim_start_matches('\u{feff}').to_string())
}

//: is_file
/// Whether there is such a file.
fn is_file(path: &str) -> bool {
    std::path::Path::new(path).is_file()
}

//: read_bytes
/// What a file holds.
fn read_bytes(path: &str) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|why| unfit(format!("{path}: {why}")))
}

//: bytes_in
/// The bytes from start up to, but not including, stop.
fn bytes_in(content: &[u8], start: usize, stop: usize) -> Vec<usize> {
    let found = content[start..stop].iter();
    found.map(|&value| usize::from(value)).collect()
}

//: text_in
/// The bytes from start up to, but not including, stop, as letters.
fn text_in(content: &[u8], start: usize, stop: usize) -> String {
    String::from_utf8_lossy(&content[start..stop]).into_owned()
}

//: write_text
/// Writes a file of a text.
fn write_text(path: &str, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|why| unfit(format!("{path}: {why}")))
}

//: rename
/// Calls a file otherwise, in the place of the one that was called so.
fn rename(path: &str, other: &str) -> Result<(), Error> {
    std::fs::rename(path, other).map_err(|why| unfit(format!("{other}: {why}")))
}
