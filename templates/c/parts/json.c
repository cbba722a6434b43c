// A writer and a strict reader of JSON texts.

//: $NetOut
/// A text that grows.
typedef struct $NetOut {
  $NetWork *work;
  char *text;
} $NetOut;

//: $net_add
/// Add to a text that grows.
static void $net_add($NetOut *out, const char *more) {
  for (; *more != 0; more++) {
    $NET_APPEND(out->work, out->text, *more);
  }
}

//: $net_add_number
/// Add a number, as short as it can be without losing anything.
static void $net_add_number($NetOut *out, double x) {
  if (!isfinite(x)) {
    $net_refuse(out->work, $NET_MISUSE, "NaN and infinity have no JSON");
    return;
  }
  char word[40];
  const char *end = word;
  for (int digits = 15; digits < 18; digits++) {
    snprintf(word, sizeof word, "%.*g", digits, x);
    char *point = strchr(word, $net_point());
    if (point != NULL) {
      *point = '.';
    }
    double back = $net_number(word, &end);
    if (back >= x && back <= x) {
      break;
    }
  }
  $net_add(out, word);
}

//: $net_add_value
/// Add a value.
static void $net_add_value($NetOut *out, const $NetJson *value) {
  int kind = value != NULL ? value->kind : $NET_JSON_NULL;
  if (kind == $NET_JSON_NULL) {
    $net_add(out, "null");
  } else if (kind == $NET_JSON_NUMBER) {
    $net_add_number(out, value->number);
  } else if (kind == $NET_JSON_TEXT) {
    $net_add(out, "\"");
    $net_add(out, value->text);
    $net_add(out, "\"");
  } else if (kind == $NET_JSON_TABLE) {
    $NetTable *table = value->table;
    $net_add(out, "{");
    for (long long k = 0; k < $net_count(table->names); k++) {
      $net_add(out, k > 0 ? ", \"" : "\"");
      $net_add(out, table->names[k]);
      $net_add(out, "\": ");
      $net_add_value(out, table->values[k]);
    }
    $net_add(out, "}");
  } else {
    long long count = $net_count(value->items);
    count += $net_count(value->numbers) + $net_count(value->words);
    $net_add(out, "[");
    for (long long k = 0; k < count; k++) {
      $net_add(out, k > 0 ? ", " : "");
      if (kind == $NET_JSON_LIST) {
        $net_add_value(out, value->items[k]);
      } else if (kind == $NET_JSON_NUMBERS) {
        $net_add_number(out, $wide value->numbers[k]);
      } else {
        $net_add_number(out, value->words[k]);
      }
    }
    $net_add(out, "]");
  }
}

//: $net_written
/// An object as a text.
static const char *$net_written($NetWork *work, $NetTable *table) {
  $NetOut out = {work, NULL};
  $net_add_value(&out, $net_json_table(work, table));
  $NET_APPEND(work, out.text, 0);
  return out.text;
}

//: $NetIn
/// A text that is read; at is NULL where it is no JSON.
typedef struct $NetIn {
  $NetWork *work;
  const char *at;
  int depth;
} $NetIn;

//: $net_take
/// Whether this comes next; then go past it.
static bool $net_take($NetIn *in, const char *word) {
  size_t length = strlen(word);
  if (in->at == NULL) {
    return false;
  }
  in->at += strspn(in->at, " \t\r\n");
  if (strncmp(in->at, word, length) != 0) {
    return false;
  }
  in->at += length;
  return true;
}

//: $net_read_escape
/// The letter behind a backslash; a question mark where a byte cannot hold it.
static char $net_read_escape($NetIn *in) {
  static const char *const words = "b\bf\fn\nr\rt\t";
  char letter = *in->at++;
  if (letter == 'u') {
    unsigned code = 0;
    int taken = 0;
    bool is_read = sscanf(in->at, "%4x%n", &code, &taken) == 1;
    in->at += is_read ? taken : 0;
    if (code > 0 && code < 128) {
      return (char)code;
    }
    return '?';
  }
  const char *found = strchr(words, letter);
  if (found != NULL && letter != 0) {
    return found[1];
  }
  return letter;
}

//: $net_read_text
/// A text whose opening mark is read.
static const char *$net_read_text($NetIn *in) {
  const char *end = in->at;
  while (*end != '"' && (unsigned char)*end >= 32) {
    end += 1 + (*end == '\\' && end[1] != 0);
  }
  size_t length = 0;
  char *found = (char *)$net_room(in->work, (size_t)(end - in->at) + 1);
  while (in->at < end) {
    char letter = *in->at++;
    if (letter == '\\') {
      letter = $net_read_escape(in);
    }
    found[length++] = letter;
  }
  found[length] = 0;
  in->at = *end == '"' ? end + 1 : NULL;
  return found;
}

//: $net_read_number
/// A number by the grammar of JSON.
static $NetJson *$net_read_number($NetIn *in) {
  const char *at = in->at + (*in->at == '-');
  size_t whole = strspn(at, "0123456789");
  bool is_number = whole == 1 || (whole > 1 && *at != '0');
  at += whole;
  if (*at == '.') {
    size_t digits = strspn(at + 1, "0123456789");
    is_number = is_number && digits > 0;
    at += digits + 1;
  }
  if (*at == 'e' || *at == 'E') {
    at += 1 + (at[1] == '+' || at[1] == '-');
    size_t digits = strspn(at, "0123456789");
    is_number = is_number && digits > 0;
    at += digits;
  }
  const char *end = in->at;
  double found = is_number && at - end < 400 ? $net_number(in->at, &end) : 0.0;
  in->at = is_number && end == at ? at : NULL;
  return $net_json_number(in->work, found);
}

//: $net_read_value
/// A value, or nothing, and the text is at its end.
static $NetJson *$net_read_value($NetIn *in) {
  $NetWork *work = in->work;
  $NetJson *found = $net_json(work, $NET_JSON_NULL);
  bool is_table = $net_take(in, "{");
  if (++in->depth > 32) {
    in->at = NULL;
  } else if (is_table || $net_take(in, "[")) {
    const char *closing = is_table ? "}" : "]";
    found->kind = $NET_JSON_LIST;
    if (is_table) {
      found->kind = $NET_JSON_TABLE;
    }
    found->table = $net_table(work);
    bool is_done = $net_take(in, closing);
    while (!is_done && in->at != NULL) {
      if (is_table) {
        const char *name = $net_take(in, "\"") ? $net_read_text(in) : "";
        if (!$net_take(in, ":") || $net_item(found->table, name) != NULL) {
          in->at = NULL;
          break;
        }
        $net_put(work, found->table, name, $net_read_value(in));
      } else {
        $NetJson *item = $net_read_value(in);
        found->items = $net_appended(work, found->items, item);
      }
      is_done = $net_take(in, closing);
      if (!is_done && !$net_take(in, ",")) {
        in->at = NULL;
      }
    }
  } else if ($net_take(in, "\"")) {
    found->kind = $NET_JSON_TEXT;
    found->text = $net_read_text(in);
  } else if ($net_take(in, "true") || $net_take(in, "false")) {
    found->kind = $NET_JSON_TEXT;
    found->text = "a flag";
  } else if (!$net_take(in, "null") && in->at != NULL) {
    found = $net_read_number(in);
  }
  in->depth--;
  return found;
}

//: $net_table_of
/// The object that a text holds; NULL where it holds none.
static $NetTable *$net_table_of($NetWork *work, const char *text) {
  $NetIn in = {work, text, 0};
  $NetJson *found = $net_read_value(&in);
  bool is_whole = $net_take(&in, "") && *in.at == 0;
  bool is_table = is_whole && $net_is(found, $NET_JSON_TABLE);
  return is_table ? found->table : NULL;
}

//: $net_read
/// The object that a text holds, or an error.
static $NetTable *$net_read($NetWork *work, const char *text) {
  $NetTable *found = $net_table_of(work, text);
  if (found == NULL) {
    $net_refuse(work, $NET_UNFIT,
                "the text has not the format of a JSON object");
  }
  return found;
}

//: $net_object_in
/// The object that a line holds, or an error.
static $NetTable *$net_object_in($NetWork *work, const char *text,
                                 const char *where) {
  $NetTable *found = $net_table_of(work, text);
  if (found == NULL) {
    $net_refuse(work, $NET_UNFIT, "%s: expected an object of JSON", where);
  }
  return found;
}
