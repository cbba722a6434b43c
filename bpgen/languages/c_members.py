"""What callers of an emitted C file use: functions over numbers side by side.

By the member of the routines that each needs, a declaration and a definition. All
give a status; what went wrong $net_error tells.
"""

from __future__ import annotations

PUBLIC = """
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
"""
MAIN = """
int main(int argc, char **argv) {
  $NetWork work = {0};
  const char **flags = (const char **)$net_list(&work, 0, sizeof *flags);
  for (int k = 1; k < argc; k++) {
    $NET_APPEND(&work, flags, argv[k]);
  }
  int status = (int)$net_run(&work, flags);
  if (work.status != $NET_OK) {
    fprintf(stderr, "%s\\n", work.message);
    status = 1;
  }
  $net_clear(&work);
  return status;
}
"""
MEMBERS = {
    "": (
        """
/// A new net whose start is drawn from a seed; $net_free gives it back.
$Net *$net_new(uint32_t seed);

/// Give back all memory of a net.
void $net_free($Net *self);

/// What went wrong in the last call; "" if nothing did.
const char *$net_error(const $Net *self);
""",
        """
$Net *$net_new(uint32_t seed) {
  $NetWork *work = ($NetWork *)calloc(1, sizeof *work);
  $Net *self = work != NULL ? $net_net_new(work, seed) : NULL;
  return self;
}

void $net_free($Net *self) {
  if (self != NULL) {
    $NetWork *work = self->work;
    $net_clear(work);
    free(work);
  }
}

const char *$net_error(const $Net *self) {
  return self->work->status != $NET_OK ? self->work->message : "";
}

/// A call begins: nothing has gone wrong so far.
static $NetMark $net_begin($Net *self) {
  self->work->status = $NET_OK;
  return $net_mark(self->work);
}

/// A call ends: its lists are forgotten.
static int $net_end($Net *self, $NetMark mark) {
  $net_release(self->work, mark);
  return self->work->status;
}

/// Numbers that a caller gives as a list.
static double *$net_given($NetWork *work, const double *numbers,
                          long long count) {
  double *found = $net_zeros(work, count);
  for (long long i = 0; i < count; i++) {
    found[i] = numbers[i];
  }
  return found;
}

/// Numbers for the caller, if nothing went wrong.
static void $net_give(const double *found, double *numbers) {
  for (long long i = 0; numbers != NULL && i < $net_count(found); i++) {
    numbers[i] = found[i];
  }
}
""",
    ),
    "predict": (
        """
/// The outputs for one sample; leaves no trace.
int $net_predict($Net *self, const double *inputs, double *outputs);
""",
        """
int $net_predict($Net *self, const double *inputs, double *outputs) {
  $NetMark mark = $net_begin(self);
  double *sample = $net_given(self->work, inputs, $NET_INPUTS);
  $net_give($net_net_predict(self, sample), outputs);
  return $net_end(self, mark);
}
""",
    ),
    "forward": (
        """
/// The outputs for one sample, with all that backward needs kept.
int $net_forward($Net *self, const double *inputs, double *outputs);

/// The loss of the sample that went forward last.
int $net_loss($Net *self, const double *targets, double *loss);

/// Add the sample's gradients to those held; slopes becomes that of its inputs.
int $net_backward($Net *self, const double *targets, double *slopes);

/// Forget the gradients held.
void $net_zero_gradients($Net *self);

/// One step of the optimizer with the gradients held.
int $net_update($Net *self);

/// Hold the gradients of the mean loss of so many samples.
int $net_batch_gradients($Net *self, const double *inputs,
                         const double *targets, long long count, double *loss);

/// One update with a batch; loss becomes its mean loss before the update.
int $net_train_step($Net *self, const double *inputs, const double *targets,
                    long long count, double *loss);

/// Train in batches; loss becomes the last epoch's mean loss. The listener, if
/// any, is called after each epoch; false from it stops.
int $net_train($Net *self, const double *inputs, const double *targets,
               long long count, long long epochs, $NetListener listener,
               void *data, double *loss);

/// The largest error of a gradient against central differences.
int $net_check_gradients($Net *self, const double *inputs,
                         const double *targets, long long count, double *error);

/// All that training goes on from, in any language, as a JSON text of length
/// bytes and a zero; a text that has not that much room stays as it is.
int $net_to_json($Net *self, char *text, size_t room, size_t *length);
""",
        """
int $net_forward($Net *self, const double *inputs, double *outputs) {
  $NetWork *work = self->work;
  $NetChunk *first = work->first, *at = work->at;
  work->status = $NET_OK;
  work->first = work->at = work->kept; // until the next sample goes forward
  if (work->at != NULL) {
    work->at->used = 0;
  }
  double *sample = $net_given(work, inputs, $NET_INPUTS);
  $net_give($net_net_forward(self, sample), outputs);
  work->kept = work->first;
  work->first = first;
  work->at = at;
  return work->status;
}

int $net_loss($Net *self, const double *targets, double *loss) {
  $NetMark mark = $net_begin(self);
  double *row = $net_given(self->work, targets, $NET_OUTPUTS);
  *loss = $net_net_loss(self, row);
  return $net_end(self, mark);
}

int $net_backward($Net *self, const double *targets, double *slopes) {
  $NetMark mark = $net_begin(self);
  double *row = $net_given(self->work, targets, $NET_OUTPUTS);
  $net_give($net_net_backward(self, row), slopes);
  return $net_end(self, mark);
}

void $net_zero_gradients($Net *self) { $net_net_zero_gradients(self); }

int $net_update($Net *self) {
  $NetMark mark = $net_begin(self);
  $net_net_update(self);
  return $net_end(self, mark);
}

int $net_batch_gradients($Net *self, const double *inputs,
                         const double *targets, long long count, double *loss) {
  $NetMark mark = $net_begin(self);
  double **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  double **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  *loss = $net_net_batch_gradients(self, xs, ts);
  return $net_end(self, mark);
}

int $net_train_step($Net *self, const double *inputs, const double *targets,
                    long long count, double *loss) {
  $NetMark mark = $net_begin(self);
  double **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  double **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  *loss = $net_net_train_step(self, xs, ts);
  return $net_end(self, mark);
}

int $net_train($Net *self, const double *inputs, const double *targets,
               long long count, long long epochs, $NetListener listener,
               void *data, double *loss) {
  $NetMark mark = $net_begin(self);
  $NetOnEpoch on_epoch = {listener, data};
  double **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  double **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  *loss = $net_net_train(self, xs, ts, epochs,
                         listener != NULL ? &on_epoch : NULL);
  return $net_end(self, mark);
}

int $net_check_gradients($Net *self, const double *inputs,
                         const double *targets, long long count,
                         double *error) {
  $NetMark mark = $net_begin(self);
  double **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  double **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  *error = $net_net_check_gradients(self, xs, ts);
  return $net_end(self, mark);
}

int $net_to_json($Net *self, char *text, size_t room, size_t *length) {
  $NetMark mark = $net_begin(self);
  const char *found = $net_net_to_json(self);
  if (self->work->status == $NET_OK) {
    *length = strlen(found);
    if (text != NULL && *length < room) {
      memcpy(text, found, *length + 1);
    }
  }
  return $net_end(self, mark);
}
""",
    ),
    "load_json": (
        """
/// Take over what $net_to_json gave; what does not fit changes nothing.
int $net_load_json($Net *self, const char *text);
""",
        """
int $net_load_json($Net *self, const char *text) {
  $NetMark mark = $net_begin(self);
  $net_net_load_json(self, text);
  return $net_end(self, mark);
}
""",
    ),
    "one_hot": (
        """
/// The targets of a class: 1 for it, 0 for the others.
int $net_one_hot($Net *self, long long index, double *targets);
""",
        """
int $net_one_hot($Net *self, long long index, double *targets) {
  $NetMark mark = $net_begin(self);
  $net_give($net_net_one_hot(self, index), targets);
  return $net_end(self, mark);
}
""",
    ),
    "sample": (
        """
/// What may follow some indices: at most so many, drawn by the net's shares;
/// made becomes how many there are.
int $net_sample($Net *self, const long long *start, long long count,
                long long length, double temperature, long long *found,
                long long *made);
""",
        """
int $net_sample($Net *self, const long long *start, long long count,
                long long length, double temperature, long long *found,
                long long *made) {
  $NetMark mark = $net_begin(self);
  long long *given = $net_counted(self->work, count);
  for (long long i = 0; i < count; i++) {
    given[i] = start[i];
  }
  long long *indices = $net_net_sample(self, given, length, temperature);
  *made = $net_count(indices);
  for (long long i = 0; i < *made; i++) {
    found[i] = indices[i];
  }
  return $net_end(self, mark);
}
""",
    ),
    "parameters": (
        """
/// The names and the shapes of the parameters; the last one has no name.
const $NetShape *$net_parameter_shapes(void);

/// The numbers of a parameter, row by row: the net's own, to be read or set;
/// NULL if there is no such name.
double *$net_parameter($Net *self, const char *name);
""",
        """
const $NetShape *$net_parameter_shapes(void) { return $net_shapes; }

/// Which of several arrays has a name; -1 if none has.
static long long $net_place_of(const $NetShape *shapes, const char *name) {
  for (long long k = 0; shapes[k].name != NULL; k++) {
    if (strcmp(shapes[k].name, name) == 0) {
      return k;
    }
  }
  return -1;
}

double *$net_parameter($Net *self, const char *name) {
  long long place = $net_place_of($net_shapes, name);
  return place < 0 ? NULL : self->weights[place];
}
""",
    ),
    "slopes": (
        """
/// The gradients held of a parameter; NULL if there is no such name.
double *$net_gradient($Net *self, const char *name);
""",
        """
double *$net_gradient($Net *self, const char *name) {
  long long place = $net_place_of($net_shapes, name);
  return place < 0 ? NULL : self->slopes[place];
}
""",
    ),
    "memories": (
        """
/// What layers remember beside their parameters: their names and shapes.
const $NetShape *$net_memory_shapes(void);

/// The numbers of one of them; NULL if there is no such name.
double *$net_buffer($Net *self, const char *name);
""",
        """
const $NetShape *$net_memory_shapes(void) { return $net_buffer_shapes; }

double *$net_buffer($Net *self, const char *name) {
  long long place = $net_place_of($net_buffer_shapes, name);
  return place < 0 ? NULL : self->memories[place];
}
""",
    ),
}
