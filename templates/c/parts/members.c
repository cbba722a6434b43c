// What callers use, by the member or the field of the class that it needs.

//: all
$Net *$net_new(uint32_t seed) {
  $NetWork *work = ($NetWork *)$calloc(1, sizeof *work);
  $Net *self = work != NULL ? $net_net_new(work, seed) : NULL;
  return self;
}

void $net_free($Net *self) {
  if (self != NULL) {
    $NetWork *work = self->work;
    $net_clear(work);
    $free(work);
  }
}

//: told
const char *$net_error(const $Net *self) {
  return self->work->status != $NET_OK ? self->work->message : "";
}

//: begun
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
static $real *$net_given($NetWork *work, const $real *numbers,
                          long long count) {
  $real *found = $net_zeros(work, count);
  for (long long i = 0; i < count; i++) {
    found[i] = numbers[i];
  }
  return found;
}

/// Numbers for the caller, if nothing went wrong.
static void $net_give(const $real *found, $real *numbers) {
  for (long long i = 0; numbers != NULL && i < $net_count(found); i++) {
    numbers[i] = found[i];
  }
}

//: predict
int $net_predict($Net *self, const $real *inputs, $real *outputs) {
  $NetMark mark = $net_begin(self);
  $real *sample = $net_given(self->work, inputs, $NET_INPUTS);
  $net_give($net_net_predict(self, sample), outputs);
  return $net_end(self, mark);
}

//: forward
int $net_forward($Net *self, const $real *inputs, $real *outputs) {
  $NetWork *work = self->work;
  $NetChunk *first = work->first, *at = work->at;
  work->status = $NET_OK;
  work->first = work->at = work->kept; // until the next sample goes forward
  if (work->at != NULL) {
    work->at->used = 0;
  }
  $real *sample = $net_given(work, inputs, $NET_INPUTS);
  $net_give($net_net_forward(self, sample), outputs);
  work->kept = work->first;
  work->first = first;
  work->at = at;
  return work->status;
}

int $net_loss($Net *self, const $real *targets, $real *loss) {
  $NetMark mark = $net_begin(self);
  $real *row = $net_given(self->work, targets, $NET_OUTPUTS);
  *loss = $net_net_loss(self, row);
  return $net_end(self, mark);
}

int $net_backward($Net *self, const $real *targets, $real *slopes) {
  $NetMark mark = $net_begin(self);
  $real *row = $net_given(self->work, targets, $NET_OUTPUTS);
  $net_give($net_net_backward(self, row), slopes);
  return $net_end(self, mark);
}

void $net_zero_gradients($Net *self) {
  $net_net_zero_gradients(self);
}

int $net_update($Net *self) {
  $NetMark mark = $net_begin(self);
  $net_net_update(self);
  return $net_end(self, mark);
}

int $net_batch_gradients($Net *self, const $real *inputs,
                         const $real *targets, long long count, $real *loss) {
  $NetMark mark = $net_begin(self);
  $real **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  $real **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  *loss = $net_net_batch_gradients(self, xs, ts);
  return $net_end(self, mark);
}

int $net_train_step($Net *self, const $real *inputs, const $real *targets,
                    long long count, $real *loss) {
  $NetMark mark = $net_begin(self);
  $real **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  $real **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  *loss = $net_net_train_step(self, xs, ts);
  return $net_end(self, mark);
}

int $net_train($Net *self, const $real *inputs, const $real *targets,
               long long count, long long epochs, $NetListener listener,
               void *data, $real *loss) {
  $NetMark mark = $net_begin(self);
  $NetOnEpoch on_epoch = {listener, data};
  $real **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  $real **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  *loss = $net_net_train(self, xs, ts, epochs,
                         listener != NULL ? &on_epoch : NULL);
  return $net_end(self, mark);
}

//: check_gradients
int $net_check_gradients($Net *self, const $real *inputs,
                         const $real *targets, long long count,
                         $real *error) {
  $NetMark mark = $net_begin(self);
  $real **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  $real **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  *error = $net_net_check_gradients(self, xs, ts);
  return $net_end(self, mark);
}

//: to_json
int $net_to_json($Net *self, char *text, size_t room, size_t *length) {
  $NetMark mark = $net_begin(self);
  const char *found = $net_net_to_json(self);
  $net_tell(self->work, found, text, room, length);
  return $net_end(self, mark);
}

//: _load_all
int $net_load_json($Net *self, const char *text) {
  $NetMark mark = $net_begin(self);
  $net_net_load_all_(self, text);
  return $net_end(self, mark);
}

//: _load_parameters
int $net_load_parameters($Net *self, const char *text, char *left, size_t room,
                         size_t *length) {
  $NetMark mark = $net_begin(self);
  const char **names = $net_net_load_parameters_(self, text);
  $net_tell(self->work, $net_joined(self->work, names, "\n"), left, room, length);
  return $net_end(self, mark);
}

//: one_hot
int $net_one_hot($Net *self, long long index, $real *targets) {
  $NetMark mark = $net_begin(self);
  $net_give($net_net_one_hot(self, index), targets);
  return $net_end(self, mark);
}

//: sample
int $net_sample($Net *self, const long long *start, long long count,
                long long length, $real temperature, long long *found,
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

//: parameters
const $NetShape *$net_parameter_shapes(void) {
  return $net_shapes;
}

/// Which of several arrays has a name; -1 if none has.
static long long $net_place_of(const $NetShape *shapes, const char *name) {
  for (long long k = 0; shapes[k].name != NULL; k++) {
    if (strcmp(shapes[k].name, name) == 0) {
      return k;
    }
  }
  return -1;
}

$real *$net_parameter($Net *self, const char *name) {
  long long place = $net_place_of($net_shapes, name);
  return place < 0 ? NULL : self->weights[place];
}

//: set_parameters
int $net_set_parameters($Net *self, const char *const *names,
                        const $real *const *arrays, const long long *counts,
                        long long many) {
  $NetMark mark = $net_begin(self);
  $NetWork *work = self->work;
  $NetTable *table = $net_table(work);
  for (long long k = 0; k < many; k++) {
    long long place = $net_place_of($net_shapes, names[k]);
    $real *row = $net_given(work, arrays[k], counts[k]);
    $NetJson *value = $net_json_numbers(work, row);
    if (place >= 0) {
      long long *shape = $net_shape_of(work, $net_shapes, names[k]);
      if (counts[k] == $net_size_of(shape)) {
        value = $net_nested(work, row, shape);
      } else {
        value = NULL;
      }
    }
    $net_put(work, table, names[k], value);
  }
  $net_net_set_parameters(self, table);
  return $net_end(self, mark);
}

//: slopes
$real *$net_gradient($Net *self, const char *name) {
  long long place = $net_place_of($net_shapes, name);
  return place < 0 ? NULL : self->slopes[place];
}

//: memories
const $NetShape *$net_memory_shapes(void) {
  return $net_buffer_shapes;
}

$real *$net_buffer($Net *self, const char *name) {
  long long place = $net_place_of($net_buffer_shapes, name);
  return place < 0 ? NULL : self->memories[place];
}

//: evaluate
int $net_evaluate($Net *self, const $real *inputs, const $real *targets,
                  long long count, $real *found) {
  $NetMark mark = $net_begin(self);
  $real **xs = $net_matrix(self->work, inputs, count, $NET_INPUTS);
  $real **ts = $net_matrix(self->work, targets, count, $NET_OUTPUTS);
  $net_give($net_net_evaluate(self, xs, ts), found);
  return $net_end(self, mark);
}

//: probabilities
int $net_probabilities($Net *self, const $real *inputs, $real *shares) {
  $NetMark mark = $net_begin(self);
  $real *sample = $net_given(self->work, inputs, $NET_INPUTS);
  $net_give($net_net_probabilities(self, sample), shares);
  return $net_end(self, mark);
}

//: classify int
int $net_classify($Net *self, const $real *inputs, long long *index) {
  $NetMark mark = $net_begin(self);
  $real *sample = $net_given(self->work, inputs, $NET_INPUTS);
  long long found = $net_net_classify(self, sample);
  if (self->work->status == $NET_OK) {
    *index = found;
  }
  return $net_end(self, mark);
}

//: classify list[int]
int $net_classify($Net *self, const $real *inputs, long long *indices) {
  $NetMark mark = $net_begin(self);
  $real *sample = $net_given(self->work, inputs, $NET_INPUTS);
  long long *found = $net_net_classify(self, sample);
  for (long long k = 0; k < $net_count(found); k++) {
    indices[k] = found[k];
  }
  return $net_end(self, mark);
}
