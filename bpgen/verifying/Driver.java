// The driver of Java and Kotlin: runs the commands of a script; script.py says how.

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs scripts with emitted classes, which it finds by their names. */
public final class Driver {
  private final Class<?> type;
  private final List<Object> entries;
  private final Map<Integer, Object> nets = new HashMap<>();
  private final List<Object> pool = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final List<Object> answers = new ArrayList<>();

  private Driver(Class<?> type, List<Object> entries) {
    this.type = type;
    this.entries = entries;
  }

  // JSON ------------------------------------------------------------------------------

  /** Reads a text of JSON, in which nothing is wrong. */
  private static final class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    private char next() {
      while (" \n\r\t".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return text.charAt(at);
    }

    Object value() {
      switch (next()) {
        case '{':
          Map<String, Object> table = new LinkedHashMap<>();
          for (at++; next() != '}'; at += next() == ',' ? 1 : 0) {
            String name = string();
            next();
            at++; // a colon
            table.put(name, value());
          }
          at++;
          return table;
        case '[':
          List<Object> list = new ArrayList<>();
          for (at++; next() != ']'; at += next() == ',' ? 1 : 0) {
            list.add(value());
          }
          at++;
          return list;
        case '"':
          return string();
        default:
          int start = at;
          while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
          }
          String word = text.substring(start, at);
          if (word.equals("null")) {
            return null;
          }
          boolean isFlag = word.equals("true") || word.equals("false");
          return isFlag ? (Object) Boolean.valueOf(word) : (Object) Double.valueOf(word);
      }
    }

    private String string() {
      StringBuilder found = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        char letter = text.charAt(at);
        if (letter == '\\') {
          letter = text.charAt(++at);
          if (letter == 'u') {
            letter = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
            at += 4;
          } else if ("bfnrt".indexOf(letter) >= 0) {
            letter = "\b\f\n\r\t".charAt("bfnrt".indexOf(letter));
          }
        }
        found.append(letter);
      }
      at++;
      return found.toString();
    }
  }

  private static String quoted(String text) {
    StringBuilder found = new StringBuilder("\"");
    for (char letter : text.toCharArray()) {
      if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\') {
        found.append(String.format("\\u%04x", (int) letter));
      } else {
        found.append(letter);
      }
    }
    return found.append('"').toString();
  }

  /** A value as a text of JSON: numbers of scripts have been encoded before. */
  private static String written(Object value) {
    List<String> parts = new ArrayList<>();
    if (value instanceof Map<?, ?> table) {
      table.forEach((name, item) -> parts.add(quoted((String) name) + ":" + written(item)));
      return "{" + String.join(",", parts) + "}";
    }
    if (value instanceof List<?> list) {
      list.forEach(item -> parts.add(written(item)));
      return "[" + String.join(",", parts) + "]";
    }
    return value instanceof String text ? quoted(text) : String.valueOf(value);
  }

  // Values ----------------------------------------------------------------------------

  /** A value as it travels. */
  private static Object encoded(Object value) {
    if (value instanceof Number number) {
      return String.format("%016x", Double.doubleToRawLongBits(number.doubleValue()));
    }
    if (value instanceof String text) {
      return '"' + text;
    }
    List<Object> list = new ArrayList<>();
    if (value instanceof Map<?, ?> table) {
      Map<String, Object> found = new LinkedHashMap<>();
      table.forEach((name, item) -> found.put((String) name, encoded(item)));
      return found;
    }
    if (value instanceof List<?> items) {
      items.forEach(item -> list.add(encoded(item)));
      return list;
    }
    if (value != null && value.getClass().isArray()) {
      for (int k = 0; k < Array.getLength(value); k++) {
        list.add(encoded(Array.get(value, k)));
      }
      return list;
    }
    return value;
  }

  /** A scalar that travelled. */
  private static Object plain(Object value) {
    if (!(value instanceof String text)) {
      return value;
    }
    boolean isText = text.startsWith("\"");
    return isText
        ? (Object) text.substring(1)
        : (Object) Double.longBitsToDouble(Long.parseUnsignedLong(text, 16));
  }

  /** A value of its own for an item. */
  private Object item(Object item) {
    if (!(item instanceof Map<?, ?> table)) {
      return plain(item);
    }
    if (table.get("text") instanceof List<?> parts) {
      StringBuilder text = new StringBuilder();
      parts.forEach(place -> text.append(entries.get(whole(place))));
      return text.toString();
    }
    if (table.get("at") != null) {
      Object entry = entries.get(whole(table.get("at")));
      if (entry instanceof Map<?, ?> named) {
        Map<String, Object> found = new LinkedHashMap<>();
        named.forEach((name, value) -> found.put((String) name, item(value)));
        return found;
      }
      List<Object> found = new ArrayList<>();
      ((List<?>) entry).forEach(value -> found.add(item(value)));
      return found;
    }
    return travelled(pool.get(whole(answers.get(whole(table.get("result"))))));
  }

  /** A whole value that travelled. */
  private static Object travelled(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Driver::travelled).toList();
    }
    if (value instanceof Map<?, ?> table) {
      Map<String, Object> found = new LinkedHashMap<>();
      table.forEach((name, item) -> found.put((String) name, travelled(item)));
      return found;
    }
    return plain(value);
  }

  private static int whole(Object value) {
    return ((Number) value).intValue();
  }

  private static double[] row(Object value) {
    return ((List<?>) value).stream().mapToDouble(x -> ((Number) x).doubleValue()).toArray();
  }

  private static double[][] rows(Object value) {
    return ((List<?>) value).stream().map(Driver::row).toArray(double[][]::new);
  }

  /** Overwrites numbers: they are the caller's, not the object's. */
  private static void spoil(Object value) {
    if (value instanceof double[] row) {
      java.util.Arrays.fill(row, 9.0);
    } else if (value instanceof int[] row) {
      java.util.Arrays.fill(row, 9);
    } else if (value instanceof Object[] list) {
      java.util.Arrays.stream(list).forEach(Driver::spoil);
    } else if (value instanceof Map<?, ?> table) {
      table.values().forEach(Driver::spoil);
    }
  }

  // Arrays by name --------------------------------------------------------------------

  /** The shapes of the parameters, in order. */
  private Map<String, int[]> shapes() throws ReflectiveOperationException {
    Map<String, int[]> found = new LinkedHashMap<>();
    Field field = type.getDeclaredField("SHAPES");
    field.setAccessible(true); // Kotlin's is the companion's
    if (field.get(null) instanceof Map<?, ?> table) {
      table.forEach((name, sizes) -> found.put((String) name, (int[]) sizes));
      return found;
    }
    for (Object shape : (List<?>) field.get(null)) {
      Method name = shape.getClass().getMethod("name");
      Method sizes = shape.getClass().getMethod("sizes");
      found.put((String) name.invoke(shape), (int[]) sizes.invoke(shape));
    }
    return found;
  }

  /** Adds the numbers of nested lists to others; tells whether they have that shape. */
  private static boolean flat(Object value, int[] shape, int axis, List<Double> numbers) {
    if (!(value instanceof List<?> list)) {
      if (!(value instanceof Double x)) {
        throw new IllegalArgumentException("expected a number");
      }
      numbers.add(x);
      return axis == shape.length;
    }
    boolean fits = axis < shape.length && list.size() == shape[axis];
    for (Object item : list) {
      fits &= flat(item, shape, axis + 1, numbers);
    }
    return fits;
  }

  private static Object nested(double[] values, int[] shape, int axis, int[] place) {
    if (axis == shape.length) {
      return values[place[0]++];
    }
    List<Object> found = new ArrayList<>();
    for (int k = 0; k < shape[axis]; k++) {
      found.add(nested(values, shape, axis + 1, place));
    }
    return found;
  }

  /** The arrays that nested lists are; what flat ones cannot say is refused here. */
  private Map<String, double[]> arrays(Object value) throws ReflectiveOperationException {
    Map<String, int[]> known = shapes();
    Map<String, double[]> found = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
      String name = (String) entry.getKey();
      int[] shape = known.getOrDefault(name, new int[0]);
      List<Double> numbers = new ArrayList<>();
      boolean fits = flat(entry.getValue(), shape, 0, numbers);
      int size = java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      if (known.containsKey(name) && !fits && numbers.size() == size) {
        throw new IllegalArgumentException(name + ": no such shape");
      }
      found.put(name, numbers.stream().mapToDouble(x -> x).toArray());
    }
    return found;
  }

  /** Named arrays as nested lists. */
  private static Object told(Map<?, ?> found, Map<String, int[]> shapes) {
    Map<String, Object> table = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> table.put(name, nested((double[]) found.get(name), shape, 0, new int[1])));
    return encoded(table);
  }

  /** What layers remember: of the shapes that it has when it is saved. */
  private static Object buffers(Object net) throws ReflectiveOperationException {
    String saved = (String) net.getClass().getMethod("toJson").invoke(net);
    Map<?, ?> state = (Map<?, ?>) new Json(saved).value();
    Map<?, ?> found = (Map<?, ?>) net.getClass().getMethod("buffers").invoke(net);
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) state.get("buffers")).entrySet()) {
      List<Integer> sizes = new ArrayList<>();
      Object inside = entry.getValue();
      while (inside instanceof List<?> list) {
        sizes.add(list.size());
        inside = list.get(0);
      }
      shapes.put((String) entry.getKey(), sizes.stream().mapToInt(n -> n).toArray());
    }
    Object told = told(found, shapes);
    spoil(found);
    return told;
  }

  // Calls -----------------------------------------------------------------------------

  /** What one call gives, as it travels. */
  private Object once(Map<?, ?> command) throws ReflectiveOperationException {
    String name = (String) command.get("call");
    List<Object> given = new ArrayList<>();
    ((List<?>) command.get("with")).forEach(value -> given.add(item(value)));
    Map<String, Object> options = new HashMap<>();
    if (command.get("options") instanceof Map<?, ?> table) {
      table.forEach((key, value) -> options.put((String) key, item(value)));
    }
    if (name.equals("new")) {
      Object seed = options.get("seed");
      Object made =
          seed == null
              ? type.getConstructor().newInstance()
              : type.getConstructor(long.class).newInstance(((Number) seed).longValue());
      nets.put(answers.size(), made);
      return null;
    }
    Object net = nets.get(whole(command.get("on")));
    switch (name) {
      case "train":
        return train(net, rows(given.get(0)), rows(given.get(1)), options);
      case "buffers":
        return buffers(net);
      case "set_parameters":
        Map<String, double[]> values = arrays(given.get(0));
        type.getMethod("setParameters", Map.class).invoke(net, values);
        spoil(values);
        return null;
      case "load_json":
        boolean isPart = options.get("parameters_only") == Boolean.TRUE;
        Object left = call(net, isPart ? "loadParameters" : "loadJson", given.get(0));
        return isPart ? encoded(left) : List.of();
      case "one_hot":
        return toldOnce(type.getMethod("oneHot", int.class).invoke(net, whole(given.get(0))));
      case "gradients":
      case "parameters":
        Map<?, ?> found = (Map<?, ?>) call(net, name);
        Object told = told(found, shapes());
        spoil(found);
        return told;
      case "to_json":
        return encoded(call(net, "toJson"));
      default:
        return called(net, name, given);
    }
  }

  /** What a method gives that takes a sample or several, or nothing. */
  private static Object called(Object net, String name, List<Object> given)
      throws ReflectiveOperationException {
    StringBuilder own = new StringBuilder();
    for (String word : name.split("_")) {
      own.append(
          own.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    Object[] arguments = new Object[given.size()];
    for (int k = 0; k < arguments.length; k++) {
      arguments[k] = arguments.length == 1 ? row(given.get(k)) : rows(given.get(k));
    }
    Object found = call(net, own.toString(), arguments);
    spoil(arguments);
    return toldOnce(found);
  }

  private static Object toldOnce(Object found) {
    Object told = encoded(found);
    spoil(found);
    return told;
  }

  private static Object call(Object net, String name, Object... arguments)
      throws ReflectiveOperationException {
    Class<?>[] types = new Class<?>[arguments.length];
    for (int k = 0; k < types.length; k++) {
      types[k] = arguments[k].getClass();
    }
    return net.getClass().getMethod(name, types).invoke(net, arguments);
  }

  /** The method of a name that takes so many arguments; null if there is none. */
  private Method named(String name, int count) {
    for (Method method : type.getMethods()) {
      if (method.getName().equals(name) && (count < 0 || method.getParameterCount() == count)) {
        return method;
      }
    }
    return null;
  }

  /**
   * Calls a method without its last options: the shorter one of Java, or that which Kotlin tells by
   * a mask which ones it lacks.
   */
  private Object without(Object net, String name, Object... arguments)
      throws ReflectiveOperationException {
    Method shorter = named(name, arguments.length);
    if (shorter != null) {
      return shorter.invoke(net, arguments);
    }
    Method masked = named(name + "$default", -1);
    Class<?>[] types = masked.getParameterTypes();
    Object[] given = new Object[types.length];
    int mask = 0;
    given[0] = net;
    System.arraycopy(arguments, 0, given, 1, arguments.length);
    for (int k = arguments.length + 1; k < types.length - 2; k++) {
      given[k] = types[k] == int.class ? 0 : null;
      mask |= 1 << (k - 1);
    }
    given[types.length - 2] = mask;
    return masked.invoke(null, given);
  }

  private Object train(
      Object net, double[][] inputs, double[][] targets, Map<String, Object> options)
      throws ReflectiveOperationException {
    Object epochs = options.get("epochs");
    if (epochs == null) {
      return encoded(without(net, "train", inputs, targets));
    }
    Object last = options.get("on_epoch");
    if (last == null) {
      return encoded(without(net, "train", inputs, targets, whole(epochs)));
    }
    List<Object> seen = new ArrayList<>();
    Method train = named("train", 4);
    Class<?> listener = train.getParameterTypes()[3];
    Object onEpoch =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {listener},
            (proxy, method, told) -> {
              seen.add(List.of(told[0], told[1]));
              return whole(told[0]) != whole(last);
            });
    Object loss = train.invoke(net, inputs, targets, whole(epochs), onEpoch);
    spoil(inputs);
    spoil(targets);
    return List.of(encoded(loss), encoded(seen));
  }

  /** The place of a command's result in the pool; an equal one's, if there is one. */
  private Object answer(Map<?, ?> command) throws ReflectiveOperationException {
    Object found;
    if (command.get("times") instanceof Number times) {
      List<Object> list = new ArrayList<>();
      for (int k = 0; k < times.intValue(); k++) {
        list.add(once(command));
      }
      found = list;
    } else {
      found = once(command);
    }
    Integer place = places.putIfAbsent(written(found), pool.size());
    if (place == null) {
      pool.add(found);
      return pool.size() - 1;
    }
    return place;
  }

  /** An error as it is told. */
  private static Object refused(Throwable error) {
    Throwable cause = error instanceof InvocationTargetException ? error.getCause() : error;
    String kind = cause.getClass().getSimpleName();
    if (cause.getClass() == IllegalArgumentException.class) {
      kind = "wrong";
    } else if (cause.getClass() == IllegalStateException.class) {
      kind = "early";
    }
    return Map.of("error", kind, "message", String.valueOf(cause.getMessage()));
  }

  private String run(List<?> commands) {
    for (Object command : commands) {
      Object answer;
      try {
        answer = answer((Map<?, ?>) command);
      } catch (ReflectiveOperationException | RuntimeException error) {
        answer = refused(error);
      }
      answers.add(answer);
    }
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("pool", pool);
    found.put("answers", answers);
    return written(found);
  }

  /** Runs the scripts of all jobs: a title, a class and the name of a script each. */
  public static void main(String[] arguments) throws Exception {
    Map<?, ?> given = (Map<?, ?>) new Json(Files.readString(Path.of("given.json"))).value();
    Map<?, ?> scripts = (Map<?, ?>) given.get("scripts");
    for (Object each : (List<?>) given.get("jobs")) {
      List<?> job = (List<?>) each;
      Map<?, ?> script = (Map<?, ?>) scripts.get(job.get(2));
      List<Object> entries = new ArrayList<>((List<?>) script.get("pool"));
      Driver driver = new Driver(Class.forName((String) job.get(1)), entries);
      System.out.println(job.get(0) + " " + driver.run((List<?>) script.get("commands")));
    }
  }
}
