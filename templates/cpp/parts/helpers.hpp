// Functions that notations call: each is in a file that needs it.

//: rows_of
/// Arrays, lists of arrays and single numbers as rows.
template <typename... Items>
static std::vector<Row<NumberIn<Items...>>> rows_of(Items &...items) {
  std::vector<Row<NumberIn<Items...>>> found;
  (add_rows(found, items), ...);
  return found;
}

//: add_rows
template <typename Found, typename Item>
static void add_rows(Found &found, Item &item) {
  if constexpr (std::is_same_v<std::remove_const_t<Item>, double>) {
    found.emplace_back(&item, 1);
  } else if constexpr (std::is_same_v<typename Item::value_type, double>) {
    found.emplace_back(item.data(), item.size());
  } else {
    for (auto &row : item) {
      add_rows(found, row);
    }
  }
}

//: zeros_like
/// As many zeros as there are numbers in rows.
template <typename Rows>
static std::vector<std::vector<double>> zeros_like(const Rows &rows) {
  std::vector<std::vector<double>> found;
  for (const auto &row : rows) {
    found.emplace_back(row.size());
  }
  return found;
}

//: list
/// A list of some items.
template <typename Item, typename... Items>
static std::vector<Item> list(const Items &...items) {
  return {items...};
}

//: counted
/// The whole numbers from 0 on.
static std::vector<std::size_t> counted(std::size_t count) {
  std::vector<std::size_t> found(count);
  std::iota(found.begin(), found.end(), std::size_t{0});
  return found;
}

//: filled
/// As many times the same number.
static std::vector<double> filled(std::size_t count, double x) {
  return std::vector<double>(count, x);
}

//: part
/// The items from start up to, but not including, stop; fewer at the end.
template <typename Item>
static std::vector<Item> part(const std::vector<Item> &items, std::size_t start,
                              std::size_t stop) {
  const Item *first = items.data();
  return {first + start, first + std::min(stop, items.size())};
}

//: rest_of
/// The items from a place on.
template <typename Item>
static std::vector<Item> rest_of(const std::vector<Item> &items,
                                 std::size_t start) {
  return {items.data() + start, items.data() + items.size()};
}

//: chosen
/// The items in these places.
template <typename Item>
static std::vector<Item> chosen(const std::vector<Item> &items,
                                const std::vector<std::size_t> &places) {
  std::vector<Item> found;
  for (const std::size_t i : places) {
    found.push_back(items[i]);
  }
  return found;
}

//: sorted
/// The same whole numbers, the smallest one first.
static std::vector<std::size_t> sorted(std::vector<std::size_t> items) {
  std::sort(items.begin(), items.end());
  return items;
}

//: copied
/// The same numbers in lists of their own.
template <typename Rows>
static std::vector<std::vector<double>> copied(const Rows &rows) {
  std::vector<std::vector<double>> found;
  for (const auto &row : rows) {
    found.emplace_back(row.begin(), row.end());
  }
  return found;
}

//: joined_rows
/// The numbers of all rows, one after the other.
template <typename Rows>
static std::vector<double> joined_rows(const Rows &rows) {
  std::vector<double> found;
  for (const auto &row : rows) {
    found.insert(found.end(), row.begin(), row.end());
  }
  return found;
}

//: extend
/// More items at the end of a list.
template <typename Item>
static void extend(std::vector<Item> &items, const std::vector<Item> &more) {
  items.insert(items.end(), more.begin(), more.end());
}

//: larger_of
/// The larger of two numbers; the first one if either is no number.
static double larger_of(double a, double b) { return b > a ? b : a; }

//: is_among
/// Whether a text is one of several.
static bool is_among(const std::string &text,
                     const std::vector<std::string> &texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

//: told
static std::string told(const std::string &text) { return text; }
static std::string told(std::size_t number) { return std::to_string(number); }
static std::string told(double number) {
  char room[32];
  const auto general = std::chars_format::general;
  return {room, std::to_chars(room, room + 32, number, general, 6).ptr};
}

//: text
/// The parts of a text, one after the other.
template <typename... Parts> static std::string text(const Parts &...parts) {
  return (told(parts) + ...);
}

//: fixed
/// A number with that many decimals.
static std::string fixed(double x, std::size_t digits) {
  char room[512];
  const auto form = std::chars_format::fixed;
  const int many = static_cast<int>(digits);
  return {room, std::to_chars(room, room + 512, x, form, many).ptr};
}

//: scientific
/// A number such as 1.2e-07.
static std::string scientific(double x) {
  char room[32];
  const auto form = std::chars_format::scientific;
  return {room, std::to_chars(room, room + 32, x, form, 1).ptr};
}

//: padded
/// A whole number, at the right of so many columns.
static std::string padded(std::size_t number, std::size_t width) {
  const std::string found = std::to_string(number);
  return std::string(width - std::min(width, found.size()), ' ') + found;
}

//: joined
/// Texts with something between any two.
static std::string joined(const std::vector<std::string> &texts,
                          const std::string &between) {
  std::string found;
  for (std::size_t k = 0; k < texts.size(); k++) {
    found += k > 0 ? between + texts[k] : texts[k];
  }
  return found;
}

//: words_of
/// The words of a text.
static std::vector<std::string> words_of(const std::string &text) {
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  const std::istream_iterator<std::string> first(stream);
  return {first, std::istream_iterator<std::string>()};
}

/// The words of all rows of a text.
template <std::size_t count>
static std::vector<std::string> words_of(const char *const (&rows)[count]) {
  std::vector<std::string> found;
  for (const char *row : rows) {
    extend(found, words_of(std::string(row)));
  }
  return found;
}

//: letters_at
/// Where the letters of a word stand among others.
static std::vector<std::size_t>
letters_at(const std::string &word, const std::vector<std::string> &letters) {
  std::vector<std::size_t> found;
  for (const char letter : word) {
    const std::string own(1, letter);
    const auto at = std::find(letters.begin(), letters.end(), own);
    found.push_back(static_cast<std::size_t>(at - letters.begin()));
  }
  return found;
}

//: numbers
/// The numbers of a text in rows, between white space.
template <std::size_t count>
static std::vector<double> numbers(const char *const (&rows)[count]) {
  std::vector<double> found;
  for (const std::string row : rows) {
    const char *at = row.data(), *end = at + row.size();
    while (at < end) {
      double number = 0.0;
      at = std::from_chars(at, end, number).ptr;
      found.push_back(number);
      at += at < end; // a blank
    }
  }
  return found;
}

//: parsed
/// The number that a text says; NaN if it says none.
static double parsed(const std::string &text) {
  double number = 0.0;
  const char *begin = text.data(), *end = begin + text.size();
  begin += text.size() > 1 && text[0] == '+' && text[1] != '-';
  const auto found = std::from_chars(begin, end, number);
  const bool is_all = found.ec == std::errc() && found.ptr == end;
  return is_all ? number : std::nan("");
}

//: cells
/// The parts of a text, without blanks and quotation marks around them.
static std::vector<std::string> cells(const std::string &text,
                                      const std::string &separator) {
  std::vector<std::string> found;
  for (std::size_t start = 0, stop = 0; stop < text.size(); start = stop + 1) {
    stop = std::min(text.find(separator, start), text.size());
    const std::string cell = text.substr(start, stop - start);
    const std::size_t first = cell.find_first_not_of("\" \t\r");
    const std::size_t last = cell.find_last_not_of("\" \t\r");
    const bool is_empty = first == std::string::npos;
    found.push_back(is_empty ? "" : cell.substr(first, last - first + 1));
  }
  return found.empty() ? std::vector<std::string>{""} : found;
}

//: names_of
/// The names of arrays, in order.
static std::vector<std::string> names_of(const std::vector<Shape> &given) {
  std::vector<std::string> found;
  for (const auto &shape : given) {
    found.push_back(shape.name);
  }
  return found;
}

//: shape_of
/// The shape of a name that is there.
static const std::vector<std::size_t> &
shape_of(const std::vector<Shape> &given, const std::string &name) {
  const auto is_it = [&](const Shape &shape) { return shape.name == name; };
  return std::find_if(given.begin(), given.end(), is_it)->sizes;
}

//: array_names
/// The names of arrays.
static std::vector<std::string> array_names(const Arrays &arrays) {
  std::vector<std::string> found;
  for (const auto &array : arrays) {
    found.push_back(array.first);
  }
  return found;
}

//: read_text
/// The text of a file, without a mark of its encoding.
static std::string read_text(const std::string &path) {
  const std::string found = read_bytes(path);
  return found.substr(found.compare(0, 3, "\xEF\xBB\xBF") == 0 ? 3 : 0);
}

//: is_file
/// Whether there is such a file.
static bool is_file(const std::string &path) {
  std::error_code none;
  return std::filesystem::is_regular_file(path, none);
}

//: read_bytes
/// What a file holds.
static std::string read_bytes(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  using Content = std::istreambuf_iterator<char>;
  if (!is_file(path) || !file) {
    throw std::invalid_argument(path + ": it cannot be read");
  }
  return std::string(Content(file), Content());
}

//: bytes_in
/// The bytes from start up to, but not including, stop.
static std::vector<std::size_t> bytes_in(const std::string &content,
                                         std::size_t start, std::size_t stop) {
  std::vector<std::size_t> found;
  for (std::size_t k = start; k < std::min(stop, content.size()); k++) {
    found.push_back(static_cast<unsigned char>(content[k]));
  }
  return found;
}

//: text_in
/// The bytes from start up to, but not including, stop, as letters.
static std::string text_in(const std::string &content, std::size_t start,
                           std::size_t stop) {
  return content.substr(start, stop - start);
}

//: write_text
/// Writes a file of a text.
static void write_text(const std::string &path, const std::string &text) {
  std::ofstream file(path, std::ios::binary);
  if (!(file << text << std::flush)) {
    throw std::invalid_argument(path + ": it cannot be written");
  }
}

//: rename_file
/// Calls a file otherwise, in the place of the one that was called so.
static void rename_file(const std::string &path, const std::string &other) {
  std::error_code error;
  std::filesystem::rename(path, other, error);
  if (error) {
    throw std::invalid_argument(other + ": " + error.message());
  }
}

//: say
/// A line for the reader.
static void say(const std::string &line) { std::cout << line << std::endl; }

//: complain
/// A line on what went wrong.
static void complain(const std::string &line) {
  std::cerr << line << std::endl;
}

//: scaled
/// A word of 32 bits as one of 0 ... count - 1.
static std::size_t scaled(std::uint32_t word, std::size_t count) {
  const std::uint64_t product = std::uint64_t{word} * count;
  return static_cast<std::size_t>(product >> 32);
}
