// Functions of Java's record that primitives call, and nested types by their names.

//: add
/** Adds to the numbers of an array from a place on. */
private static void add(double[] array, int start, double[] more) {
  for (int i = 0; i < more.length; i++) {
    array[start + i] += more[i];
  }
}

//: put
/** Sets the numbers of an array from a place on. */
private static void put(double[] array, int start, double[] values) {
  System.arraycopy(values, 0, array, start, values.length);
}

//: append
/** Items, and one more. */
private static double[] append(double[] items, double item) {
  double[] found = Arrays.copyOf(items, items.length + 1);
  found[items.length] = item;
  return found;
}

/** Whole numbers, and one more. */
private static int[] append(int[] items, int item) {
  int[] found = Arrays.copyOf(items, items.length + 1);
  found[items.length] = item;
  return found;
}

/** Items of any kind, and one more. */
private static <T> T[] append(T[] items, T item) {
  T[] found = Arrays.copyOf(items, items.length + 1);
  found[items.length] = item;
  return found;
}

//: extended
/** Numbers, and others behind them. */
private static double[] extended(double[] items, double[] others) {
  double[] found = Arrays.copyOf(items, items.length + others.length);
  System.arraycopy(others, 0, found, items.length, others.length);
  return found;
}

//: filled
/** As many times the same number. */
private static double[] filled(int size, double x) {
  double[] found = new double[size];
  Arrays.fill(found, x);
  return found;
}

//: counted
/** The whole numbers from 0 on. */
private static int[] counted(int count) {
  int[] found = new int[count];
  for (int i = 0; i < count; i++) {
    found[i] = i;
  }
  return found;
}

//: part
/** The numbers from start up to, but not including, stop; fewer at the end. */
private static double[] part(double[] items, int start, int stop) {
  return Arrays.copyOfRange(items, start, Math.min(stop, items.length));
}

/** The same of whole numbers. */
private static int[] part(int[] items, int start, int stop) {
  return Arrays.copyOfRange(items, start, Math.min(stop, items.length));
}

/** The same of items of any kind. */
private static <T> T[] part(T[] items, int start, int stop) {
  return Arrays.copyOfRange(items, start, Math.min(stop, items.length));
}

//: restOf
/** The numbers from a place on. */
private static double[] restOf(double[] items, int start) {
  return Arrays.copyOfRange(items, start, items.length);
}

/** The same of whole numbers. */
private static int[] restOf(int[] items, int start) {
  return Arrays.copyOfRange(items, start, items.length);
}

/** The same of items of any kind. */
private static <T> T[] restOf(T[] items, int start) {
  return Arrays.copyOfRange(items, start, items.length);
}

//: chosen
/** The whole numbers in these places. */
private static int[] chosen(int[] items, int[] places) {
  int[] found = new int[places.length];
  for (int k = 0; k < places.length; k++) {
    found[k] = items[places[k]];
  }
  return found;
}

/** The items in these places. */
private static <T> T[] chosen(T[] items, int[] places) {
  T[] found = Arrays.copyOf(items, places.length);
  for (int k = 0; k < places.length; k++) {
    found[k] = items[places[k]];
  }
  return found;
}

//: sorted
/** The same whole numbers, the smallest one first. */
private static int[] sorted(int[] items) {
  int[] found = items.clone();
  Arrays.sort(found);
  return found;
}

//: copied
/** The same numbers in arrays of their own. */
private static double[][] copied(double[][] rows) {
  double[][] found = rows.clone();
  for (int k = 0; k < rows.length; k++) {
    found[k] = rows[k].clone();
  }
  return found;
}

//: joinedRows
/** The numbers of all rows, one after the other. */
private static double[] joinedRows(double[][] rows) {
  int size = 0;
  for (double[] row : rows) {
    size += row.length;
  }
  double[] found = new double[size];
  int start = 0;
  for (double[] row : rows) {
    System.arraycopy(row, 0, found, start, row.length);
    start += row.length;
  }
  return found;
}

//: gathered
/** The rows of several lists, one after the other. */
private static double[][] gathered(double[][]... lists) {
  int count = 0;
  for (double[][] rows : lists) {
    count += rows.length;
  }
  double[][] found = new double[count][];
  int start = 0;
  for (double[][] rows : lists) {
    System.arraycopy(rows, 0, found, start, rows.length);
    start += rows.length;
  }
  return found;
}

//: zerosLike
/** As many zeros as there are numbers in rows. */
private static double[][] zerosLike(double[][] rows) {
  double[][] found = new double[rows.length][];
  for (int k = 0; k < rows.length; k++) {
    found[k] = new double[rows[k].length];
  }
  return found;
}

//: isAmong
/** Whether a text is one of several. */
private static boolean isAmong(String text, String[] texts) {
  for (String other : texts) {
    if (other.equals(text)) {
      return true;
    }
  }
  return false;
}

//: wordsOf
/** The words of a text. */
private static String[] wordsOf(String text) {
  String inside = text.strip();
  return inside.isEmpty() ? new String[0] : inside.split("\\s+");
}

//: lettersAt
/** Where the letters of a word stand among others. */
private static int[] lettersAt(String word, String[] letters) {
  int[] found = new int[word.length()];
  for (int k = 0; k < found.length; k++) {
    while (!letters[found[k]].equals(word.substring(k, k + 1))) {
      found[k]++;
    }
  }
  return found;
}

//: numbers
/** The numbers of a text, between white space. */
private static double[] numbers(String text) {
  String[] words = text.strip().split("\\s+");
  double[] found = new double[words.length];
  for (int k = 0; k < words.length; k++) {
    found[k] = Double.parseDouble(words[k]);
  }
  return found;
}

//: namesOf
/** The names of arrays, in order. */
private static String[] namesOf(List<Shape> shapes) {
  String[] found = new String[shapes.size()];
  for (int k = 0; k < found.length; k++) {
    found[k] = shapes.get(k).name();
  }
  return found;
}

//: shapeOf
/** The shape of an array by its name. */
private static int[] shapeOf(List<Shape> shapes, String name) {
  for (Shape shape : shapes) {
    if (shape.name().equals(name)) {
      return shape.sizes();
    }
  }
  return new int[0];
}

//: keys
/** The names in a map, in order. */
private static String[] keys(Map<String, ?> table) {
  return table.keySet().toArray(new String[0]);
}

//: tableOf
/** The object of names that a value is. */
private static Map<String, Object> tableOf(Object value) {
  Map<String, Object> found = new LinkedHashMap<>();
  for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
    found.put(String.valueOf(entry.getKey()), entry.getValue());
  }
  return found;
}

//: unsigned
/** Words of 32 bits as whole numbers from 0 on. */
private static Object unsigned(int[] words) {
  Object[] found = new Object[words.length];
  for (int k = 0; k < words.length; k++) {
    found[k] = Integer.toUnsignedLong(words[k]);
  }
  return found;
}

//: fixed
/** A number with so many decimals, which are those of its very value. */
private static String fixed(double x, int digits) {
  if (!Double.isFinite(x)) {
    return Double.isNaN(x) ? "nan" : x > 0.0 ? "inf" : "-inf";
  }
  BigDecimal size = new BigDecimal(Math.abs(x)).setScale(digits, RoundingMode.HALF_EVEN);
  return (Math.copySign(1.0, x) < 0.0 ? "-" : "") + size.toPlainString();
}

//: scientific
/** A number such as 1.2e-07. */
private static String scientific(double x) {
  return String.format(Locale.ROOT, "%.1e", x);
}

//: padded
/** A whole number, at the right of so many columns. */
private static String padded(int n, int width) {
  return String.format(Locale.ROOT, "%" + width + "d", n);
}

//: parsed
/** The number that a text says; NaN if it says none. */
private static double parsed(String text) {
  boolean isNumber = text.strip().matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
  return isNumber ? Double.parseDouble(text) : Double.NaN;
}

//: cells
/** The parts of a text, without blanks and quotation marks around them. */
private static String[] cells(String text, String separator) {
  String[] found = text.split(Pattern.quote(separator), -1);
  for (int k = 0; k < found.length; k++) {
    found[k] = found[k].replaceAll("^[\"\\s]+|[\"\\s]+$", "");
  }
  return found;
}

//: isFile
/** Whether there is such a file. */
private static boolean isFile(String path) {
  return Files.isRegularFile(Path.of(path));
}

//: readText
/** The text of a file, without a mark of its encoding. */
private static String readText(String path) {
  try {
    String text = Files.readString(Path.of(path));
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  } catch (IOException error) {
    throw failed(path, error);
  }
}

//: readBytes
/** What a file holds. */
private static byte[] readBytes(String path) {
  try {
    return Files.readAllBytes(Path.of(path));
  } catch (IOException error) {
    throw failed(path, error);
  }
}

//: writeText
/** Writes a file. */
private static void writeText(String path, String text) {
  try {
    Files.writeString(Path.of(path), text);
  } catch (IOException error) {
    throw failed(path, error);
  }
}

//: rename
/** Gives a file another name, which no other one has afterwards. */
private static void rename(String path, String name) {
  try {
    Files.move(Path.of(path), Path.of(name), StandardCopyOption.REPLACE_EXISTING);
  } catch (IOException error) {
    throw failed(name, error);
  }
}

//: failed
/** What went wrong with a file, in words. */
private static UncheckedIOException failed(String path, IOException error) {
  String why = error.getMessage();
  if (error instanceof NoSuchFileException) {
    why = "there is no such file";
  } else if (error instanceof AccessDeniedException) {
    why = "permission denied";
  }
  String told = why.startsWith(path) ? why : path + ": " + why;
  return new UncheckedIOException(told, error);
}

//: bytesIn
/** The bytes from start up to, but not including, stop. */
private static int[] bytesIn(byte[] content, int start, int stop) {
  int[] found = new int[stop - start];
  for (int k = 0; k < found.length; k++) {
    found[k] = Byte.toUnsignedInt(content[start + k]);
  }
  return found;
}

//: textIn
/** The bytes from start up to, but not including, stop, as letters. */
private static String textIn(byte[] content, int start, int stop) {
  return new String(content, start, stop - start, StandardCharsets.ISO_8859_1);
}

//: unpacked
/** What is in a gzipped file. */
private static byte[] unpacked(byte[] content, String path) {
  try (InputStream input = new GZIPInputStream(new ByteArrayInputStream(content))) {
    return input.readAllBytes();
  } catch (IOException error) {
    throw new IllegalArgumentException(path + ": the file is damaged");
  }
}
