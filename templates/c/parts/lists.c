// Types, the memory of calls, lists, texts, values of JSON: each is in a file that needs it.

//: $NetChunk
/// A piece of memory; the next one follows when it is full.
typedef struct $NetChunk {
  struct $NetChunk *next;
  size_t room, used;
} $NetChunk;

//: $NetWork
/// What a call works with: memory, and what has gone wrong.
struct $NetWork {
  /// What all calls use, and forget at their end.
  $NetChunk *first, *at;
  /// What forward keeps for loss and backward.
  $NetChunk *kept, *kept_at;
  /// What outlives all calls.
  $NetChunk *lasting, *last_at;
  int status;
  char message[256];
};

//: $NetHead
/// What stands before the items of a list: how many there are, and can be.
typedef struct $NetHead {
  $tally count, most;
} $NetHead;

//: $NetMark
/// How much of the memory was used at some point.
typedef struct $NetMark {
  $NetChunk *at;
  size_t used;
} $NetMark;

//: $NetSamples
/// Inputs and their targets.
typedef struct $NetSamples {
  $real **inputs, **targets;
} $NetSamples;

//: $NetOnEpoch
/// What the caller wants to be told after each epoch.
typedef struct $NetOnEpoch {
  $NetListener listener;
  void *data;
} $NetOnEpoch;

//: $NetTable
/// Values by name.
typedef struct $NetTable {
  const char **names;
  struct $NetJson **values;
} $NetTable;

//: $NetJson
enum {
  $NET_JSON_NULL,
  $NET_JSON_NUMBER,
  $NET_JSON_TEXT,
  $NET_JSON_NUMBERS,
  $NET_JSON_WORDS,
  $NET_JSON_LIST,
  $NET_JSON_TABLE
};

/// A value of a JSON text.
typedef struct $NetJson {
  int kind;
  double number;
  const char *text;
  $real *numbers;
  uint32_t *words;
  struct $NetJson **items;
  struct $NetTable *table;
} $NetJson;

//: $net_more
/// Memory of some bytes from one list of chunks, all zero.
static void *$net_more($NetChunk **first, $NetChunk **at, size_t size) {
  size = $rounded;
  $NetChunk *chunk = *at;
  while (chunk != NULL && chunk->room - chunk->used < size) {
    chunk = chunk->next;
    if (chunk != NULL) {
      chunk->used = 0;
    }
  }
  if (chunk == NULL) {
    size_t room = size > $room ? size : $room;
    chunk = ($NetChunk *)$malloc($front + room);
    if (chunk == NULL) {
      abort(); // there is no memory left
    }
    chunk->next = NULL;
    chunk->room = room;
    chunk->used = 0;
    $NetChunk *last = *first;
    while (last != NULL && last->next != NULL) {
      last = last->next;
    }
    if (last != NULL) {
      last->next = chunk;
    } else {
      *first = chunk;
    }
  }
  *at = chunk;
  char *found = (char *)chunk + $front + chunk->used;
  chunk->used += size;
  return memset(found, 0, size);
}

//: $net_room
/// Memory of some bytes until the call ends, all zero.
static void *$net_room($NetWork *work, size_t size) {
  return $net_more(&work->first, &work->at, size);
}

//: $net_mark
/// How much memory is used now.
static $NetMark $net_mark(const $NetWork *work) {
  $NetMark mark = {work->at, work->at != NULL ? work->at->used : 0};
  return mark;
}

//: $net_release
/// Forget all lists that were made since a mark.
static void $net_release($NetWork *work, $NetMark mark) {
  work->at = mark.at != NULL ? mark.at : work->first;
  if (work->at != NULL) {
    work->at->used = mark.used;
  }
}

//: $net_drop
/// Give a list of chunks back.
static void $net_drop($NetChunk *chunk) {
  while (chunk != NULL) {
    $NetChunk *next = chunk->next;
    $free(chunk);
    chunk = next;
  }
}

//: $net_clear
/// Give all memory back.
static void $net_clear($NetWork *work) {
  $net_drop(work->first);
  $net_drop(work->kept);
  $net_drop(work->lasting);
}

//: $net_count
/// How many items a list has.
static inline long long $net_count(const void *list) {
  return list != NULL ? ((const $NetHead *)list - 1)->count : 0;
}

//: $net_listed
/// A list that begins in a piece of memory.
static void *$net_listed(void *memory, long long count) {
  $NetHead *head = ($NetHead *)memory;
  head->count = head->most = $as_tally count;
  return head + 1;
}

//: $net_list
/// A new list of items that are all zero.
static void *$net_list($NetWork *work, long long count, size_t size) {
  size_t bytes = (size_t)count * size;
  return $net_listed($net_room(work, sizeof($NetHead) + bytes), count);
}

//: $net_zeros
/// As many zeros.
static $real *$net_zeros($NetWork *work, long long count) {
  return ($real *)$net_list(work, count, sizeof($real));
}

//: $net_whole_zeros
/// As many zeros.
static int *$net_whole_zeros($NetWork *work, long long count) {
  return (int *)$net_list(work, count, sizeof(int));
}

//: $net_part
/// The items from start up to, but not including, stop; fewer at the end.
static void *$net_part($NetWork *work, const void *list, size_t size,
                       long long start, long long stop) {
  long long most = $net_count(list);
  long long end = stop < most ? stop : most;
  long long count = end > start ? end - start : 0;
  void *found = $net_list(work, count, size);
  if (list != NULL && count > 0) {
    memcpy(found, (const char *)list + (size_t)start * size,
           (size_t)count * size);
  }
  return found;
}

//: $net_copied_row
/// The same numbers in a list of their own.
static $real *$net_copied_row($NetWork *work, const $real *row) {
  return ($real *)$net_part(work, row, sizeof *row, 0, $net_count(row));
}

//: $net_lasting
/// A list that outlives the call, with the items of another one.
static void *$net_lasting($NetWork *work, void *old, const void *list,
                          size_t size) {
  long long count = $net_count(list);
  $NetHead *head = old != NULL ? ($NetHead *)old - 1 : NULL;
  size_t bytes = (size_t)count * size;
  if (head == NULL || head->most < count) {
    size_t all = sizeof($NetHead) + bytes;
    void *memory = $net_more(&work->lasting, &work->last_at, all);
    head = ($NetHead *)$net_listed(memory, count) - 1;
  }
  head->count = $as_tally count;
  if (count > 0) {
    memmove(head + 1, list, bytes);
  }
  return head + 1;
}

//: $net_longer
/// A list with room for one item more.
static void *$net_longer($NetWork *work, void *list, size_t size) {
  long long count = $net_count(list);
  $NetHead *head = list != NULL ? ($NetHead *)list - 1 : NULL;
  if (head == NULL || head->count == head->most) {
    void *found = $net_list(work, count > 0 ? 2 * count : 4, size);
    if (list != NULL) {
      memcpy(found, list, (size_t)count * size);
    }
    head = ($NetHead *)found - 1;
  }
  head->count = $as_tally (count + 1);
  return head + 1;
}

//: $NET_APPEND
#define $NET_APPEND(work, list, item)                                          \
  do {                                                                         \
    (list) = $net_longer(work, list, sizeof *(list));                          \
    (list)[$net_count(list) - 1] = (item);                                     \
  } while (0)

//: $net_appended
/// A list of values with one more.
static $NetJson **$net_appended($NetWork *work, $NetJson **list, $NetJson *item) {
  list = ($NetJson **)$net_longer(work, list, sizeof($NetJson *));
  list[$net_count(list) - 1] = item;
  return list;
}

//: $net_extended
/// A list with the items of another one behind its own.
static $real *$net_extended($NetWork *work, $real *list, const $real *more) {
  for (long long i = 0; i < $net_count(more); i++) {
    $NET_APPEND(work, list, more[i]);
  }
  return list;
}

//: $net_LISTS
/// A list of WORDS.
static TYPE*$net_LISTS($NetWork *work, int count, ...) {
  TYPE*found = (TYPE*)$net_list(work, count, sizeof *found);
  va_list items;
  va_start(items, count);
  for (int i = 0; i < count; i++) {
    found[i] = va_arg(items, ITEM);
  }
  va_end(items);
  return found;
}

//: $net_chained
/// The rows of several lists, one list after the other.
static $real **$net_chained($NetWork *work, int count, ...) {
  $real **found = ($real **)$net_list(work, 0, sizeof *found);
  va_list items;
  va_start(items, count);
  for (int i = 0; i < count; i++) {
    $real **rows = va_arg(items, $real **);
    for (long long k = 0; k < $net_count(rows); k++) {
      $NET_APPEND(work, found, rows[k]);
    }
  }
  va_end(items);
  return found;
}

//: $net_matrix
/// Numbers that stand side by side as rows.
static $real **$net_matrix($NetWork *work, const $real *numbers,
                            long long count, long long size) {
  $real **found = ($real **)$net_list(work, count, sizeof *found);
  for (long long k = 0; k < count; k++) {
    found[k] = $net_zeros(work, size);
    for (long long i = 0; i < size; i++) {
      found[k][i] = numbers[k * size + i];
    }
  }
  return found;
}

//: $net_samples
/// Inputs and their targets.
static $NetSamples *$net_samples($NetWork *work, $real **xs, $real **ts) {
  $NetSamples *found = ($NetSamples *)$net_room(work, sizeof *found);
  found->inputs = xs;
  found->targets = ts;
  return found;
}

//: $net_filled
/// As many times the same number.
static $real *$net_filled($NetWork *work, long long count, $real x) {
  $real *found = $net_zeros(work, count);
  for (long long i = 0; i < count; i++) {
    found[i] = x;
  }
  return found;
}

//: $net_fill
/// Set numbers of an array to those of a list.
static void $net_fill($real *array, const $real *values) {
  for (long long i = 0; i < $net_count(values); i++) {
    array[i] = values[i];
  }
}

//: $net_counted
/// 0, 1, ... count - 1.
static long long *$net_counted($NetWork *work, long long count) {
  long long *found = (long long *)$net_list(work, count, sizeof *found);
  for (long long i = 0; i < count; i++) {
    found[i] = i;
  }
  return found;
}

//: $net_chosen
/// The rows in some places.
static $real **$net_chosen($NetWork *work, $real **rows,
                            const long long *places) {
  long long count = $net_count(places);
  $real **found = ($real **)$net_list(work, count, sizeof *found);
  for (long long i = 0; rows != NULL && i < count; i++) {
    found[i] = rows[places[i]];
  }
  return found;
}

//: $net_order
/// Which of two whole numbers comes first.
static int $net_order(const void *a, const void *b) {
  long long one = *(const long long *)a, other = *(const long long *)b;
  return (one > other) - (one < other);
}

//: $net_sorted
/// The same whole numbers, the smallest one first.
static long long *$net_sorted($NetWork *work, const long long *items) {
  size_t size = sizeof *items;
  long long count = $net_count(items);
  long long *found = (long long *)$net_part(work, items, size, 0, count);
  qsort(found, (size_t)count, size, $net_order);
  return found;
}

//: $net_copied
/// The same numbers in lists of their own.
static $real **$net_copied($NetWork *work, $real **rows) {
  long long count = $net_count(rows);
  $real **found = ($real **)$net_list(work, count, sizeof *found);
  for (long long k = 0; k < count; k++) {
    found[k] = $net_copied_row(work, rows[k]);
  }
  return found;
}

//: $net_zeros_like
/// Rows of zeros, as long as other ones.
static $real **$net_zeros_like($NetWork *work, $real **rows) {
  long long count = $net_count(rows);
  $real **found = ($real **)$net_list(work, count, sizeof *found);
  for (long long k = 0; k < count; k++) {
    found[k] = $net_zeros(work, $net_count(rows[k]));
  }
  return found;
}

//: $net_joined_rows
/// The numbers of all rows, one after the other.
static $real *$net_joined_rows($NetWork *work, $real **rows) {
  long long count = 0;
  for (long long k = 0; k < $net_count(rows); k++) {
    count += $net_count(rows[k]);
  }
  $real *found = $net_zeros(work, count);
  long long at = 0;
  for (long long k = 0; k < $net_count(rows); k++) {
    for (long long i = 0; i < $net_count(rows[k]); i++) {
      found[at++] = rows[k][i];
    }
  }
  return found;
}

//: $net_max
/// The larger of two numbers.
static $real $net_max($real a, $real b) {
  return b > a ? b : a;
}

//: $net_most
/// The larger of two whole numbers.
static long long $net_most(long long a, long long b) {
  return b > a ? b : a;
}

//: $net_least
/// The smaller of two whole numbers.
static long long $net_least(long long a, long long b) {
  return b < a ? b : a;
}

//: $net_text
/// A text with values in it, as printf makes it.
static const char *$net_text($NetWork *work, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int length = vsnprintf(NULL, 0, format, values);
  va_end(values);
  size_t size = length > 0 ? (size_t)length + 1 : 1;
  char *found = (char *)$net_room(work, size);
  va_start(values, format);
  vsnprintf(found, size, format, values);
  va_end(values);
  return found;
}

//: $net_tell
/// A text for the caller, if nothing went wrong and it has the room.
static void $net_tell($NetWork *work, const char *found, char *text, size_t room,
                      size_t *length) {
  if (work->status == $NET_OK) {
    *length = strlen(found);
    if (text != NULL && *length < room) {
      memcpy(text, found, *length + 1);
    }
  }
}

//: $net_joined
/// Texts with another one between any two.
static const char *$net_joined($NetWork *work, const char **texts,
                               const char *between) {
  size_t size = 1;
  for (long long k = 0; k < $net_count(texts); k++) {
    size += strlen(texts[k]) + strlen(between);
  }
  char *found = (char *)$net_room(work, size), *end = found;
  for (long long k = 0; k < $net_count(texts); k++) {
    const char *parts[2] = {k > 0 ? between : "", texts[k]};
    for (int p = 0; p < 2; p++) {
      size_t length = strlen(parts[p]);
      memcpy(end, parts[p], length);
      end += length;
    }
  }
  return found;
}

//: $net_words_of
/// The words of rows of text.
static const char **$net_words_of($NetWork *work, const char *const *rows) {
  const char **found = (const char **)$net_list(work, 0, sizeof *found);
  for (; *rows != NULL; rows++) {
    const char *at = *rows;
    while (*(at += strspn(at, " \n")) != 0) {
      size_t length = strcspn(at, " \n");
      char *word = (char *)$net_room(work, length + 1);
      memcpy(word, at, length);
      $NET_APPEND(work, found, word);
      at += length;
    }
  }
  return found;
}

//: $net_words_of_text
/// The words of a text.
static const char **$net_words_of_text($NetWork *work, const char *text) {
  const char *rows[] = {text, NULL};
  return $net_words_of(work, rows);
}

//: $net_point
/// The decimal point of the host's locale.
static char $net_point(void) {
  return *localeconv()->decimal_point;
}

//: $net_number
/// The number that a text begins with; end is what follows it.
static double $net_number(const char *text, const char **end) {
  char word[400];
  size_t length = strspn(text, "+-.0123456789eE");
  length = length < sizeof word ? length : sizeof word - 1;
  memcpy(word, text, length);
  word[length] = 0;
  char *point = strchr(word, '.');
  if (point != NULL) {
    *point = $net_point();
  }
  char *stop = NULL;
  double found = strtod(word, &stop);
  *end = text + (stop - word);
  return found;
}

//: $net_parsed
/// The number that a text says; NaN if it says none.
static $real $net_parsed(const char *text) {
  const char *end = text;
  double found = $net_number(text, &end);
  return end > text && *end == 0 ? $narrow found : NAN;
}

//: $net_cells
/// The parts of a text, without blanks and quotation marks around them.
static const char **$net_cells($NetWork *work, const char *text,
                               const char *separator) {
  const char **found = (const char **)$net_list(work, 0, sizeof *found);
  const char *blanks = "\" \t\r";
  for (const char *at = text; at != NULL;) {
    const char *end = strstr(at, separator), *next = NULL;
    if (end != NULL) {
      next = end + strlen(separator);
    } else {
      end = at + strlen(at);
    }
    while (at < end && strchr(blanks, *at) != NULL) {
      at++;
    }
    while (end > at && strchr(blanks, end[-1]) != NULL) {
      end--;
    }
    size_t length = (size_t)(end - at);
    char *cell = (char *)$net_room(work, length + 1);
    memcpy(cell, at, length);
    cell[length] = 0;
    $NET_APPEND(work, found, cell);
    at = next;
  }
  return found;
}

//: $net_is_interrupted
#include <signal.h>

/// Whether an interrupt has come.
static volatile sig_atomic_t $net_interrupted = 0;

/// Notes an interrupt.
static void $net_interrupt(int which) {
  (void)which;
  $net_interrupted = 1;
}

/// Whether somebody wants training to end.
static bool $net_is_interrupted(void) {
  signal(SIGINT, $net_interrupt);
  return $net_interrupted != 0;
}

//: $net_remembered
/// A text that outlives the call.
static const char *$net_remembered($NetWork *work, const char *text) {
  size_t size = strlen(text) + 1;
  void *found = $net_more(&work->lasting, &work->last_at, size);
  return (const char *)memcpy(found, text, size);
}

//: $net_content_of
/// The text of a file, without a mark of its encoding.
static const char *$net_content_of($NetWork *work, const char *path) {
  FILE *file = fopen(path, "rb");
  long size = -1;
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
    size = ftell(file);
    rewind(file);
  }
  bool is_file = size >= 0 && size < 1000000000;
  char *text = (char *)$net_room(work, is_file ? (size_t)size + 1 : 1);
  size_t length = is_file ? fread(text, 1, (size_t)size, file) : 0;
  text[length] = 0;
  if (!is_file || length < (size_t)size) {
    $net_refuse(work, $NET_UNFIT, "%s: the file cannot be read", path);
  }
  if (file != NULL) {
    fclose(file);
  }
  return strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
}

//: $net_is_file
/// Whether there is such a file.
static bool $net_is_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file != NULL) {
    fclose(file);
  }
  return file != NULL;
}

//: $net_bytes_of
/// What a file holds.
static unsigned char *$net_bytes_of($NetWork *work, const char *path) {
  FILE *file = fopen(path, "rb");
  long size = -1;
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
    size = ftell(file);
    rewind(file);
  }
  bool is_file = size >= 0 && size < 2000000000;
  size_t wanted = is_file ? (size_t)size : 0;
  unsigned char *found = (unsigned char *)$net_list(work, (long long)wanted, 1);
  if (!is_file || fread(found, 1, wanted, file) < wanted) {
    $net_refuse(work, $NET_UNFIT, "%s: the file cannot be read", path);
  }
  if (file != NULL) {
    fclose(file);
  }
  return found;
}

//: $net_bytes_in
/// The bytes from start up to, but not including, stop.
static long long *$net_bytes_in($NetWork *work, const unsigned char *content,
                                long long start, long long stop) {
  long long *found = $net_counted(work, stop - start);
  for (long long i = 0; i < stop - start; i++) {
    found[i] = content[start + i];
  }
  return found;
}

//: $net_text_in
/// The bytes from start up to, but not including, stop, as letters.
static const char *$net_text_in($NetWork *work, const unsigned char *content,
                                long long start, long long stop) {
  size_t length = (size_t)(stop - start);
  char *found = (char *)$net_room(work, length + 1);
  memcpy(found, content + start, length);
  found[length] = 0;
  return found;
}

//: $net_write_text
/// A file with this text.
static void $net_write_text($NetWork *work, const char *path,
                            const char *text) {
  FILE *file = fopen(path, "wb");
  bool is_written = file != NULL && fputs(text, file) >= 0;
  if (file != NULL && fclose(file) != 0) {
    is_written = false;
  }
  if (!is_written) {
    $net_refuse(work, $NET_UNFIT, "%s: the file cannot be written", path);
  }
}

//: $net_rename
/// Call a file otherwise, in the place of the one that was called so.
static void $net_rename($NetWork *work, const char *path, const char *other) {
#ifdef _WIN32
  remove(other);
#endif
  if (rename(path, other) != 0) {
    $net_refuse(work, $NET_UNFIT, "%s: the file cannot be written", other);
  }
}

//: $net_numbers
/// The numbers in rows of text.
static $real *$net_numbers($NetWork *work, const char *const *rows) {
  $real *found = $net_zeros(work, 0);
  for (; *rows != NULL; rows++) {
    const char *at = *rows;
    while (*(at += strspn(at, " \n")) != 0) {
      $real number = $narrow $net_number(at, &at);
      $NET_APPEND(work, found, number);
    }
  }
  return found;
}

//: $net_letters_at
/// Where the letters of a word stand among others.
static long long *$net_letters_at($NetWork *work, const char *word,
                                  const char *const *letters) {
  long long *found = $net_counted(work, (long long)strlen(word));
  for (long long i = 0; word[i] != 0; i++) {
    found[i] = 0;
    while (letters[found[i]] != NULL && *letters[found[i]] != word[i]) {
      found[i]++;
    }
  }
  return found;
}

//: $net_is_among
/// Whether a text is one of several.
static bool $net_is_among(const char *text, const char **texts) {
  for (long long k = 0; k < $net_count(texts); k++) {
    if (strcmp(text, texts[k]) == 0) {
      return true;
    }
  }
  return false;
}

//: $net_refuse
/// Refuse something: the call fails, and this is why, as printf makes it.
static void $net_refuse($NetWork *work, int status, const char *format, ...) {
  if (work->status == $NET_OK) {
    va_list values;
    va_start(values, format);
    vsnprintf(work->message, sizeof work->message, format, values);
    va_end(values);
    work->status = status;
  }
}

//: $net_stops
/// Whether the caller wants no further epoch.
static bool $net_stops(const $NetOnEpoch *on_epoch, long long epoch,
                       $real loss) {
  return on_epoch != NULL && !on_epoch->listener(on_epoch->data, epoch, loss);
}

//: $net_names_of
/// The names of arrays, in order.
static const char **$net_names_of($NetWork *work, const $NetShape *shapes) {
  const char **found = (const char **)$net_list(work, 0, sizeof *found);
  for (; shapes->name != NULL; shapes++) {
    $NET_APPEND(work, found, shapes->name);
  }
  return found;
}

//: $net_shape_of
/// The shape of an array that is there.
static long long *$net_shape_of($NetWork *work, const $NetShape *shapes,
                                const char *name) {
  while (strcmp(shapes->name, name) != 0) {
    shapes++;
  }
  long long *found = $net_counted(work, shapes->axes);
  for (int axis = 0; axis < shapes->axes; axis++) {
    found[axis] = shapes->sizes[axis];
  }
  return found;
}

//: $net_is
/// Whether a value is of some kind.
static bool $net_is(const $NetJson *value, int kind) {
  return value != NULL ? value->kind == kind : kind == $NET_JSON_NULL;
}

//: $net_is_text
/// Whether a value is this text.
static bool $net_is_text(const $NetJson *value, const char *text) {
  return $net_is(value, $NET_JSON_TEXT) && strcmp(value->text, text) == 0;
}

//: $net_is_list
/// Whether a value is a list.
static bool $net_is_list(const $NetJson *value) {
  return $net_is(value, $NET_JSON_LIST) || $net_is(value, $NET_JSON_NUMBERS);
}

//: $net_is_number
/// Whether a value is a finite number.
static bool $net_is_number(const $NetJson *value) {
  return $net_is(value, $NET_JSON_NUMBER) && isfinite(value->number);
}

//: $net_json
/// A new value of some kind.
static $NetJson *$net_json($NetWork *work, int kind) {
  $NetJson *found = ($NetJson *)$net_room(work, sizeof *found);
  found->kind = kind;
  return found;
}

//: $net_json_number
/// A number as a value.
static $NetJson *$net_json_number($NetWork *work, double x) {
  $NetJson *found = $net_json(work, $NET_JSON_NUMBER);
  found->number = x;
  return found;
}

//: $net_items_of
/// The list that a value is.
static $NetJson **$net_items_of($NetWork *work, $NetJson *value) {
  for (long long k = 0; k < $net_count(value->numbers); k++) {
    $NetJson *item = $net_json_number(work, $wide value->numbers[k]);
    value->items = $net_appended(work, value->items, item);
  }
  value->numbers = NULL;
  value->kind = $NET_JSON_LIST;
  return value->items;
}

//: $net_json_text
/// A text as a value.
static $NetJson *$net_json_text($NetWork *work, const char *text) {
  $NetJson *found = $net_json(work, $NET_JSON_TEXT);
  found->text = text;
  return found;
}

//: $net_json_numbers
/// A list of numbers as a value.
static $NetJson *$net_json_numbers($NetWork *work, $real *numbers) {
  $NetJson *found = $net_json(work, $NET_JSON_NUMBERS);
  found->numbers = numbers;
  return found;
}

//: $net_json_words
/// A list of words as a value.
static $NetJson *$net_json_words($NetWork *work, uint32_t *words) {
  $NetJson *found = $net_json(work, $NET_JSON_WORDS);
  found->words = words;
  return found;
}

//: $net_json_list
/// A list as a value.
static $NetJson *$net_json_list($NetWork *work, $NetJson **items) {
  $NetJson *found = $net_json(work, $NET_JSON_LIST);
  found->items = items;
  return found;
}

//: $net_json_table
/// An object as a value.
static $NetJson *$net_json_table($NetWork *work, $NetTable *table) {
  $NetJson *found = $net_json(work, $NET_JSON_TABLE);
  found->table = table;
  return found;
}

//: $net_table
/// An object without names.
static $NetTable *$net_table($NetWork *work) {
  return ($NetTable *)$net_room(work, sizeof($NetTable));
}

//: $net_put
/// Give a name of an object its value.
static void $net_put($NetWork *work, $NetTable *table, const char *name,
                     $NetJson *value) {
  $NET_APPEND(work, table->names, name);
  table->values = $net_appended(work, table->values, value);
}

//: $net_item
/// The value of a name; NULL where there is none.
static $NetJson *$net_item(const $NetTable *table, const char *name) {
  for (long long k = $net_count(table->names) - 1; k >= 0; k--) {
    if (strcmp(table->names[k], name) == 0) {
      return table->values[k];
    }
  }
  return NULL;
}

//: $net_scaled
/// A word of 32 bits as one of 0 ... count - 1.
static long long $net_scaled(uint32_t word, long long count) {
  return (long long)((unsigned long long)word * (unsigned long long)count >>
                     32);
}
