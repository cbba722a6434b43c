// JSON, written and read: each is in a file that needs it.

//: is_table
/// Whether a value is an object with names.
static bool is_table(const Json &value) {
  return value.kind == Json::Kind::table;
}

//: is_list
/// Whether a value is a list.
static bool is_list(const Json &value) {
  return value.kind == Json::Kind::list;
}

//: is_number
/// Whether a value is a number.
static bool is_number(const Json &value) {
  return value.kind == Json::Kind::number;
}

//: json_number
/// A number as a value.
static Json json_number(double x) { return {Json::Kind::number, x}; }

//: json_text
/// A text as a value.
static Json json_text(const std::string &text) {
  return {Json::Kind::text, 0.0, text};
}

//: json_list
/// A list as a value.
static Json json_list(const std::vector<Json> &items) {
  return {Json::Kind::list, 0.0, "", {}, items};
}

//: json_numbers
/// Numbers as a value.
template <typename Numbers> static Json json_numbers(const Numbers &numbers) {
  Json found{Json::Kind::list};
  for (const auto x : numbers) {
    found.items.push_back(json_number(static_cast<double>(x)));
  }
  return found;
}

//: has
/// Whether an object has a name.
static bool has(const Json &table, const std::string &name) {
  return is_among(name, table.names);
}

//: item
/// The value of a name; null where there is none.
static const Json &item(const Json &table, const std::string &name) {
  static const Json none;
  for (std::size_t k = 0; k < table.names.size(); k++) {
    if (table.names[k] == name) {
      return table.items[k];
    }
  }
  return none;
}

//: put
/// Gives a new name of an object its value.
static void put(Json &table, const std::string &name, const Json &value) {
  table.names.push_back(name);
  table.items.push_back(value);
}

//: saved_as
/// A value as a text.
static std::string saved_as(const Json &value) {
  std::string found;
  write_value(found, value);
  return found;
}

//: write_value
static void write_value(std::string &found, const Json &value) {
  const bool is_object = is_table(value);
  if (is_number(value)) {
    char room[32];
    const double x = value.number == 0.0 ? 0.0 : value.number;
    found.append(room, std::to_chars(room, room + 32, x).ptr);
  } else if (is_object || is_list(value)) {
    found += is_object ? '{' : '[';
    for (std::size_t k = 0; k < value.items.size(); k++) {
      found += k > 0 ? ", " : "";
      found += is_object ? "\"" + value.names[k] + "\": " : "";
      write_value(found, value.items[k]);
    }
    found += is_object ? '}' : ']';
  } else {
    found += "\"" + value.text + "\"";
  }
}

//: read_saved
/// The object that a saved text holds.
static Json read_saved(const std::string &saved) {
  Reader reader{saved};
  Json found;
  if (!reader.whole(found) || !is_table(found)) {
    throw std::invalid_argument(
        "the text has not the format of a JSON object");
  }
  return found;
}

//: object_in
/// The object that a text of JSON says.
static Json object_in(const std::string &saved, const std::string &where) {
  Reader reader{saved};
  Json found;
  if (!reader.whole(found) || !is_table(found)) {
    throw std::invalid_argument(where + ": expected an object of JSON");
  }
  return found;
}

//: Reader
/// Reads values of JSON; a function gives false where the text is none.
struct Reader {
  const std::string &text;
  std::size_t at = 0;

  /// The value that is all of the text.
  bool whole(Json &found) { return value(found, 64) && next() == '\0'; }

  /// The character at hand; 0 at the end.
  char here() const { return at < text.size() ? text[at] : '\0'; }

  /// The next character behind white space; 0 at the end.
  char next() {
    at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    return at < text.size() && text[at] == '\0' ? '\1' : here();
  }

  /// Whether this character is next; then it is behind us.
  bool takes(char wanted) {
    const bool is_next = next() == wanted;
    at += is_next;
    return is_next;
  }

  /// The next value, which may be so deep.
  bool value(Json &found, int depth) {
    switch (next()) {
    case '{':
      return depth > 0 && table(found, depth - 1);
    case '[':
      return depth > 0 && list(found, depth - 1);
    case '"':
      found.kind = Json::Kind::text;
      return quoted(found.text);
    case 't':
      return word("true", Json::Kind::flag, found);
    case 'f':
      return word("false", Json::Kind::flag, found);
    case 'n':
      return word("null", Json::Kind::null, found);
    default:
      return number(found);
    }
  }

  bool table(Json &found, int depth) {
    found.kind = Json::Kind::table;
    at++;
    if (takes('}')) {
      return true;
    }
    do {
      std::string name;
      Json own;
      if (next() != '"' || !quoted(name) || !takes(':') || !value(own, depth)) {
        return false;
      }
      const auto first = found.names.begin();
      const auto other = std::find(first, found.names.end(), name);
      if (other != found.names.end()) { // the last one counts
        found.items.erase(found.items.begin() + (other - first));
        found.names.erase(other);
      }
      found.names.push_back(name);
      found.items.push_back(own);
    } while (takes(','));
    return takes('}');
  }

  bool list(Json &found, int depth) {
    found.kind = Json::Kind::list;
    at++;
    if (takes(']')) {
      return true;
    }
    do {
      found.items.emplace_back();
      if (!value(found.items.back(), depth)) {
        return false;
      }
    } while (takes(','));
    return takes(']');
  }

  /// A text with what stands for other characters in it.
  bool quoted(std::string &found) {
    const std::string escapes = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    for (at++; at < text.size() && text[at] != '"'; at++) {
      if (static_cast<unsigned char>(text[at]) < 32) {
        return false;
      }
      if (text[at] != '\\') {
        found += text[at];
        continue;
      }
      at++;
      const std::size_t place = escapes.find(here());
      if (here() == 'u' && at + 4 < text.size()) {
        const char *first = text.data() + at + 1;
        unsigned code = 0;
        if (std::from_chars(first, first + 4, code, 16).ptr != first + 4) {
          return false;
        }
        found += code < 128 ? static_cast<char>(code) : '?'; // of no net's
        at += 4;
      } else if (here() == '\0' || place == std::string::npos) {
        return false;
      } else {
        found += meant[place];
      }
    }
    return at++ < text.size();
  }

  bool word(const std::string &word, Json::Kind kind, Json &found) {
    const bool is_here = text.compare(at, word.size(), word) == 0;
    at += word.size();
    found.kind = kind;
    return is_here;
  }

  /// A number as JSON has it: digits, a fraction, a power of ten.
  bool number(Json &found) {
    const char *start = text.data() + at;
    at += here() == '-';
    const bool is_zero = here() == '0';
    const std::size_t many = digits();
    bool is_number = many > 0 && !(is_zero && many > 1);
    if (here() == '.') {
      at++;
      is_number = digits() > 0 && is_number;
    }
    if (here() == 'e' || here() == 'E') {
      at++;
      at += here() == '+' || here() == '-';
      is_number = digits() > 0 && is_number;
    }
    found.kind = Json::Kind::number;
    const auto end = std::from_chars(start, text.data() + at, found.number);
    return is_number && (end.ec == std::errc() || is_tiny(start));
  }

  /// Whether a number that no double holds is too small, and so 0.
  bool is_tiny(const char *start) const {
    const std::string own(start, text.data() + at);
    const std::size_t power = own.find_first_of("eE");
    return power != std::string::npos && own[power + 1] == '-';
  }

  /// Goes over digits; gives how many there were.
  std::size_t digits() {
    const std::size_t start = at;
    while (here() >= '0' && here() <= '9') {
      at++;
    }
    return at - start;
  }
};
