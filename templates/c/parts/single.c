// What differs where numbers have 32 bits. Parts named `bare` replace others on a chip.

//: bare
// A chip without an operating system does without what needs texts and files.
#if !defined($NET_BARE) && (defined(__AVR__) || !__STDC_HOSTED__)
#define $NET_BARE
#endif

/// The bytes that all nets share there: for one of them and a few samples. More
/// samples need more; where there are too few bytes, $net_new gives NULL, or a call
/// ends in abort.
#ifndef $NET_MEMORY
#define $NET_MEMORY (4 * NUMBERS + 12 * LISTS * sizeof(void *))
#endif

//: guard
#ifdef __FAST_MATH__
#error "the numbers of this file need all rules of floating point"
#endif
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC push_options
// Of what loops read on a condition, gcc 11 and 12 mix the numbers up with AVX.
#pragma GCC optimize("fp-contract=off", "no-tree-loop-if-convert")
#endif

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#ifndef $NET_BARE
#include <locale.h>
#include <stdio.h>
#endif

_Static_assert(sizeof(float) == 4, "numbers of 32 bits");

//: $net_row_of
/// A list of numbers.
static float *$net_row_of($NetWork *work, int count, const float *items) {
  float *found = $net_zeros(work, count);
  for (int i = 0; i < count; i++) {
    found[i] = items[i];
  }
  return found;
}

//: $NET_ROW
#define $NET_ROW(work, count, ...)                                             \
  $net_row_of(work, count, (const float[]){__VA_ARGS__})

//: $net_single
/// A number of a text; the largest one for what is larger.
static float $net_single(double x) {
  const double most = (double)FLT_MAX;
  return (float)(x > most ? most : (x < -most ? -most : x));
}

//: $net_exact_word
/// A whole number of a text as a word.
static uint32_t $net_exact_word(double x) {
  return x < 4294967295.0 ? (uint32_t)x : 4294967295;
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
  // A whole number may be a word or a count, and have more bits than a float.
  for (int digits = floor(x) >= x ? 17 : 6; digits < 18; digits++) {
    snprintf(word, sizeof word, "%.*g", digits, x);
    char *point = strchr(word, $net_point());
    if (point != NULL) {
      *point = '.';
    }
    float back = (float)$net_number(word, &end);
    if (back >= (float)x && back <= (float)x) {
      break;
    }
  }
  $net_add(out, word);
}

//: $NetChunk
/// A piece of memory; the next one follows when it is full.
typedef struct $NetChunk {
  struct $NetChunk *next;
  size_t room, used;
} $NetChunk;

/// What memory is given out in, and how much there is in a chunk at least.
$SIZES

/// As many bytes, or a few more: so many that memory may go on behind them.
static size_t $net_rounded(size_t size) {
  return (size + $NET_STEP - 1) / $NET_STEP * $NET_STEP;
}

//: bare $NetChunk
enum { $NET_STEP = _Alignof(max_align_t), $NET_ROOM = 64 };

//: hosted $NetChunk
enum { $NET_STEP = 16, $NET_ROOM = 65536 };

//: bare $NetWork
/// What a call works with: memory, and whether anything has gone wrong.
struct $NetWork {
  /// What all calls use, and forget at their end.
  $NetChunk *first, *at;
  /// What forward keeps for loss and backward.
  $NetChunk *kept, *kept_at;
  /// What outlives all calls.
  $NetChunk *lasting, *last_at;
  int status;
};

//: bare $net_malloc
/// A piece of the file's own memory that was given back.
typedef struct $NetSpare {
  struct $NetSpare *next;
  size_t size;
} $NetSpare;

static $NetSpare *$net_spares = NULL;

/// Some of the file's own memory; NULL if there is none left.
static void *$net_malloc(size_t size) {
  static union {
    max_align_t first;
    unsigned char bytes[$NET_MEMORY];
  } memory;
  static size_t used = 0;
  const size_t front = $net_rounded(sizeof($NetSpare));
  for ($NetSpare **at = &$net_spares; *at != NULL; at = &(*at)->next) {
    $NetSpare *spare = *at;
    if (spare->size >= size) {
      *at = spare->next;
      return (char *)spare + front;
    }
  }
  const size_t all = $net_rounded(front + size);
  if (sizeof memory.bytes - used < all) {
    return NULL;
  }
  $NetSpare *found = ($NetSpare *)(void *)(memory.bytes + used);
  found->size = all - front;
  used += all;
  return (char *)found + front;
}

/// The same, all zero.
static void *$net_calloc(size_t count, size_t size) {
  void *found = $net_malloc(count * size);
  return found != NULL ? memset(found, 0, count * size) : NULL;
}

/// Give some of it back.
static void $net_put_back(void *memory) {
  const size_t front = $net_rounded(sizeof($NetSpare));
  $NetSpare *spare = ($NetSpare *)(void *)((char *)memory - front);
  spare->next = $net_spares;
  $net_spares = spare;
}

//: hosted $net_malloc
#define $net_malloc malloc
#define $net_calloc calloc
#define $net_put_back free

//: bare $net_text
#define $net_text(work, ...)                                                   \
  ((void)(work), (void)sizeof($net_unread(__VA_ARGS__)), "")

//: bare $net_point
/// The decimal point.
static char $net_point(void) {
  return '.';
}

//: bare $net_refuse
/// Stands for messages that nobody reads; it is never called.
int $net_unread(const char *format, ...);

#define $net_refuse(work, code, ...)                                           \
  ((void)sizeof($net_unread(__VA_ARGS__)), $net_fail(work, code))

/// Refuse something: the call fails.
static void $net_fail($NetWork *work, int status) {
  if (work->status == $NET_OK) {
    work->status = status;
  }
}
