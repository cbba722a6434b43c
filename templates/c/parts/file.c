// Types that callers use, and the program.

//: public
/// An array: its name, and how long its axes are.
typedef struct $NetShape {
  const char *name;
  int axes;
  long long sizes[4];
} $NetShape;

/// What may be called after each epoch of training; false from it stops.
typedef bool (*$NetListener)(void *data, long long epoch, $real loss);

typedef struct $Net $Net;
typedef struct $NetGenerator $NetGenerator;
typedef struct $NetKept $NetKept;
typedef struct $NetWork $NetWork;

//: main
int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ); // who reads on sees each line at once
  $NetWork work = {0};
  const char **flags = (const char **)$net_list(&work, 0, sizeof *flags);
  for (int k = 1; k < argc; k++) {
    $NET_APPEND(&work, flags, argv[k]);
  }
  int status = (int)$net_run(&work, flags);
  if (work.status != $NET_OK) {
    fprintf(stderr, "error: %s\n", work.message);
    status = 2;
  }
  $net_clear(&work);
  return status;
}

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

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(double) == 8, "numbers of 64 bits");

//: end
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#endif
