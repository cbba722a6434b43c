// Types that a file has if it uses them.

//: Error
/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// What was given does not fit.
    Unfit(String),
    /// Something else has to be called first.
    TooEarly(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unfit(message) | Error::TooEarly(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

//: Shape
/// The name of an array and the sizes of its axes.
pub type Shape = (&'static str, &'static [usize]);

//: Arrays
/// Numbers by the name of their array, row by row.
pub type Arrays = BTreeMap<String, Vec<f64>>;

//: OnEpoch
/// What is told the number of each epoch and its loss, and says whether to go on.
pub type OnEpoch<'a> = Option<&'a mut dyn FnMut(usize, f64) -> bool>;

//: Samples
/// Inputs and what the net is to answer to each of them.
struct Samples {
    inputs: Vec<Vec<f64>>,
    targets: Vec<Vec<f64>>,
}

//: Rows
/// Rows of numbers, one for each array.
#[derive(Clone, Debug, Default)]
struct Rows(Vec<Vec<f64>>);

impl Rows {
    /// As many zeros as there are numbers in other rows.
    fn like(rows: &[&[f64]]) -> Self {
        Rows(rows.iter().map(|row| vec![0.0; row.len()]).collect())
    }

    /// The rows, to be read.
    fn rows(&self) -> Vec<&[f64]> {
        self.0.iter().map(Vec::as_slice).collect()
    }

    /// The rows, to be changed.
    fn rows_mut(&mut self) -> Vec<&mut [f64]> {
        self.0.iter_mut().map(Vec::as_mut_slice).collect()
    }
}

//: Table
/// An object of JSON: names and values, in order.
type Table = Vec<(String, Json)>;

//: Json
/// A value of JSON.
#[derive(Clone, Debug, PartialEq)]
enum Json {
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Table(Table),
}
