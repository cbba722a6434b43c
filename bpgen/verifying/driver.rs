// The driver of Rust: answers calls, a line each, for objects of emitted classes.
//
// A call is the place of a class, the number of an object, a method and what it is given,
// all between blanks; numbers are the 16 hexadecimal digits of their bits, texts those of
// their bytes. The answer is a kind and what the method gave, written alike.

use std::io::{BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};

type Row = Vec<f64>;

/// What a call is given, word by word.
struct Given<'a>(std::str::SplitWhitespace<'a>);

impl Given<'_> {
    fn word(&mut self) -> &str {
        self.0.next().expect("another word")
    }

    fn whole(&mut self) -> usize {
        self.word().parse().expect("a whole number")
    }

    fn row(&mut self) -> Row {
        (0..self.whole()).map(|_| number(self.word())).collect()
    }

    fn rows(&mut self) -> Vec<Row> {
        (0..self.whole()).map(|_| self.row()).collect()
    }

    fn text(&mut self) -> String {
        let digits = self.word()[1..].to_string();
        let bytes = (0..digits.len() / 2).map(|k| u8::from_str_radix(&digits[2 * k..2 * k + 2], 16));
        String::from_utf8(bytes.map(|byte| byte.expect("a byte")).collect()).expect("a text")
    }

    fn arrays(&mut self) -> std::collections::BTreeMap<String, Row> {
        (0..self.whole()).map(|_| (self.text(), self.row())).collect()
    }
}

fn number(word: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(word, 16).expect("the bits of a number"))
}

fn bits(x: f64) -> String {
    format!("{:016x}", x.to_bits())
}

fn digits(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// What a method gives, as words.
trait Told {
    fn told(&self) -> String;
}

impl Told for () {
    fn told(&self) -> String {
        "nothing".to_string()
    }
}

impl Told for f64 {
    fn told(&self) -> String {
        format!("number {}", bits(*self))
    }
}

impl Told for usize {
    fn told(&self) -> String {
        format!("whole {self}")
    }
}

impl Told for Vec<usize> {
    fn told(&self) -> String {
        let words: Vec<String> = self.iter().map(usize::to_string).collect();
        format!("wholes {}", words.join(" "))
    }
}

impl Told for Row {
    fn told(&self) -> String {
        let words: Vec<String> = self.iter().map(|&x| bits(x)).collect();
        format!("row {}", words.join(" "))
    }
}

impl Told for Vec<String> {
    fn told(&self) -> String {
        let words: Vec<String> = self.iter().map(|text| digits(text)).collect();
        format!("texts {}", words.join(" "))
    }
}

impl Told for String {
    fn told(&self) -> String {
        format!("text {}", digits(self))
    }
}

impl Told for std::collections::BTreeMap<String, Row> {
    fn told(&self) -> String {
        let words = self.iter().map(|(name, row)| {
            let numbers: Vec<String> = row.iter().map(|&x| bits(x)).collect();
            format!(" {} {}", digits(name), numbers.join(","))
        });
        format!("arrays{}", words.collect::<String>())
    }
}

/// An object of an emitted class.
trait Net {
    fn call(&mut self, name: &str, given: &mut Given) -> String;
}

/// The calls of a class, and those that not all classes have.
macro_rules! net {
    ($module:ident, $class:ident, $net:ident, $given:ident, { $($name:literal => $call:expr,)* }) => {
        impl Net for $module::$class {
            fn call(&mut self, name: &str, $given: &mut Given) -> String {
                fn answer<T: Told>(found: Result<T, $module::Error>) -> String {
                    match found {
                        Ok(found) => found.told(),
                        Err($module::Error::TooEarly(why)) => format!("early {}", digits(&why)),
                        Err($module::Error::Unfit(why)) => format!("wrong {}", digits(&why)),
                    }
                }
                let $net = self;
                match name {
                    "predict" => answer($net.predict(&$given.row())),
                    "forward" => answer($net.forward(&$given.row())),
                    "loss" => answer($net.loss(&$given.row())),
                    "backward" => answer($net.backward(&$given.row())),
                    "batch_gradients" => answer($net.batch_gradients(&$given.rows(), &$given.rows())),
                    "train_step" => answer($net.train_step(&$given.rows(), &$given.rows())),
                    "check_gradients" => answer($net.check_gradients(&$given.rows(), &$given.rows())),
                    "evaluate" => answer($net.evaluate(&$given.rows(), &$given.rows())),
                    "train" => {
                        let (inputs, targets) = ($given.rows(), $given.rows());
                        let epochs = $given.whole();
                        answer($net.train(&inputs, &targets, epochs, None))
                    }
                    "train_watched" => {
                        let (inputs, targets) = ($given.rows(), $given.rows());
                        let epochs = $given.whole();
                        answer($net.train(&inputs, &targets, epochs, Some(&mut asked)))
                    }
                    "parameters" => $net.parameters().told(),
                    "gradients" => $net.gradients().told(),
                    "buffers" => $net.buffers().told(),
                    "set_parameters" => answer($net.set_parameters(&$given.arrays())),
                    "to_json" => $net.to_json().told(),
                    "load_json" => answer($net.load_json(&$given.text())),
                    "load_parameters" => answer($net.load_parameters(&$given.text())),
                    "update" => { $net.update(); ().told() }
                    "zero_gradients" => { $net.zero_gradients(); ().told() }
                    $($name => answer($call),)*
                    _ => panic!("no call {name}"),
                }
            }
        }
    };
}

/// Asks whether to go on after an epoch.
fn asked(epoch: usize, loss: f64) -> bool {
    println!("epoch {epoch} {}", bits(loss));
    std::io::stdout().flush().expect("a reader");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("an answer");
    line.trim() == "true"
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let mut nets: Vec<Box<dyn Net>> = vec![];
    let mut line = String::new();
    while std::io::stdin().lock().read_line(&mut line).expect("a line") > 0 {
        let mut given = Given(line.split_whitespace());
        let (class, place) = (given.whole(), given.whole());
        let name = given.word().to_string();
        let found = catch_unwind(AssertUnwindSafe(|| {
            if name == "new" {
                nets.push(made(class, given.whole() as u32));
                return (nets.len() - 1).told();
            }
            nets[place].call(&name, &mut given)
        }));
        let told = found.unwrap_or_else(|why| {
            let text = why.downcast_ref::<String>().cloned();
            let said = why.downcast_ref::<&str>().map(|text| text.to_string());
            format!("panic {}", digits(&text.or(said).unwrap_or_default()))
        });
        println!("{told}");
        std::io::stdout().flush().expect("a reader");
        line.clear();
    }
}
