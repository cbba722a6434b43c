// JSON in Java's words: values are maps, arrays, numbers, texts, flags and null.

//: savedAs
/** A value as a text of JSON. */
private static String savedAs(Object value) {
  StringBuilder text = new StringBuilder();
  write(text, value);
  return text.toString();
}

/** Adds a value to a text of JSON. */
private static void write(StringBuilder text, Object value) {
  if (value instanceof Map<?, ?> table) {
    String between = "{";
    for (Map.Entry<?, ?> entry : table.entrySet()) {
      text.append(between).append('"').append(entry.getKey()).append("\": ");
      write(text, entry.getValue());
      between = ", ";
    }
    text.append(table.isEmpty() ? "{}" : "}");
  } else if (value instanceof double[] numbers) {
    String between = "[";
    for (double x : numbers) {
      text.append(between);
      write(text, x);
      between = ", ";
    }
    text.append(numbers.length == 0 ? "[]" : "]");
  } else if (value instanceof Object[] items) {
    String between = "[";
    for (Object item : items) {
      text.append(between);
      write(text, item);
      between = ", ";
    }
    text.append(items.length == 0 ? "[]" : "]");
  } else if (value instanceof String word) {
    text.append('"').append(word).append('"');
  } else if (value instanceof Double x && !Double.isFinite(x)) {
    throw new IllegalStateException("a number that is not finite cannot be saved");
  } else {
    text.append(value);
  }
}

//: readSaved
/** The object that a saved text holds. */
private static Map<String, Object> readSaved(String saved) {
  Reader reader = new Reader(saved);
  Object found = reader.value(0);
  if (!(found instanceof Map) || !reader.isAtEnd()) {
    throw reader.misread();
  }
  return tableOf(found);
}

//: objectIn
/** The object that a text of JSON says, or an error that begins with where it is. */
private static Map<String, Object> objectIn(String text, String where) {
  try {
    return readSaved(text);
  } catch (IllegalArgumentException error) {
    throw new IllegalArgumentException(where + ": expected an object of JSON");
  }
}

//: Reader
/** Reads a text of JSON. */
private static final class Reader {
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");
  private static final Pattern TEXT =
      Pattern.compile("\"((?:[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u[0-9A-Fa-f]{4}))*+)\"");
  private static final int DEEPEST = 64;
  private final String text;
  private int place;

  Reader(String text) {
    this.text = text;
  }

  /** What is wrong with the text. */
  IllegalArgumentException misread() {
    String what = "the text has not the format of a JSON object, at character ";
    return new IllegalArgumentException(what + this.place);
  }

  /** Whether nothing follows. */
  boolean isAtEnd() {
    return this.next() == 0;
  }

  /** The next character that is no blank; 0 at the end. */
  private char next() {
    while (this.place < this.text.length() && " \t\r\n".indexOf(this.at()) >= 0) {
      this.place++;
    }
    return this.place < this.text.length() ? this.at() : 0;
  }

  private char at() {
    return this.text.charAt(this.place);
  }

  /** Whether a mark is next, which is done then. */
  private boolean takes(char mark) {
    boolean found = this.next() == mark;
    this.place += found ? 1 : 0;
    return found;
  }

  /** What of a pattern is next. */
  private Matcher matched(Pattern pattern) {
    this.next();
    Matcher found = pattern.matcher(this.text).region(this.place, this.text.length());
    if (!found.lookingAt()) {
      throw this.misread();
    }
    this.place = found.end();
    return found;
  }

  /** A value so deep inside of others. */
  Object value(int depth) {
    if (depth > DEEPEST) {
      throw this.misread();
    }
    switch (this.next()) {
      case '{':
        return this.table(depth + 1);
      case '[':
        return this.list(depth + 1);
      case '"':
        return plain(this.matched(TEXT).group(1));
      case 't':
      case 'f':
      case 'n':
        return this.word();
      default:
        return this.number();
    }
  }

  private Map<String, Object> table(int depth) {
    Map<String, Object> found = new LinkedHashMap<>();
    this.takes('{');
    if (this.takes('}')) {
      return found;
    }
    do {
      String name = plain(this.matched(TEXT).group(1));
      if (!this.takes(':')) {
        throw this.misread();
      }
      found.put(name, this.value(depth));
    } while (this.takes(','));
    if (!this.takes('}')) {
      throw this.misread();
    }
    return found;
  }

  private Object[] list(int depth) {
    List<Object> found = new ArrayList<>();
    this.takes('[');
    if (this.takes(']')) {
      return found.toArray();
    }
    do {
      found.add(this.value(depth));
    } while (this.takes(','));
    if (!this.takes(']')) {
      throw this.misread();
    }
    return found.toArray();
  }

  private Object word() {
    for (String word : new String[] {"true", "false", "null"}) {
      if (this.text.startsWith(word, this.place)) {
        this.place += word.length();
        return "null".equals(word) ? null : (Object) Boolean.valueOf(word);
      }
    }
    throw this.misread();
  }

  private Double number() {
    int start = this.place;
    double found = Double.parseDouble(this.matched(NUMBER).group());
    if (!Double.isFinite(found)) {
      this.place = start;
      throw this.misread();
    }
    return found;
  }

  /** A text without the marks of JSON in it. */
  private static String plain(String text) {
    StringBuilder found = new StringBuilder();
    for (int k = 0; k < text.length(); k++) {
      char letter = text.charAt(k);
      if (letter == '\\') {
        k++;
        int known = "bfnrt".indexOf(text.charAt(k));
        letter = known < 0 ? text.charAt(k) : "\b\f\n\r\t".charAt(known);
        if (text.charAt(k) == 'u') {
          letter = (char) Integer.parseInt(text.substring(k + 1, k + 5), 16);
          k += 4;
        }
      }
      found.append(letter);
    }
    return found.toString();
  }
}
