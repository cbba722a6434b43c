// Types that callers use, and the program.

//: public
/// An array: its name, and how long its axes are.
typedef struct $NetShape {
  const char *name;
  int axes;
  long long sizes[4];
} $NetShape;

/// What may be called after each epoch of training; false from it stops.
typedef bool (*$NetListener)(void *data, long long epoch, double loss);

typedef struct $Net $Net;
typedef struct $NetGenerator $NetGenerator;
typedef struct $NetKept $NetKept;
typedef struct $NetWork $NetWork;

//: main
int main(int argc, char **argv) {
  $NetWork work = {0};
  const char **flags = (const char **)$net_list(&work, 0, sizeof *flags);
  for (int k = 1; k < argc; k++) {
    $NET_APPEND(&work, flags, argv[k]);
  }
  int status = (int)$net_run(&work, flags);
  if (work.status != $NET_OK) {
    fprintf(stderr, "%s\n", work.message);
    status = 1;
  }
  $net_clear(&work);
  return status;
}
