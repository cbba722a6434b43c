// What callers use, by the member or the field of the class that it needs.

//: all
/// A new net whose start is drawn from a seed; $net_free gives it back.
$Net *$net_new(uint32_t seed);

/// Give back all memory of a net.
void $net_free($Net *self);

//: told
/// What went wrong in the last call; "" if nothing did.
const char *$net_error(const $Net *self);

//: predict
/// The outputs for one sample; leaves no trace.
int $net_predict($Net *self, const $real *inputs, $real *outputs);

//: forward
/// The outputs for one sample, with all that backward needs kept.
int $net_forward($Net *self, const $real *inputs, $real *outputs);

/// The loss of the sample that went forward last.
int $net_loss($Net *self, const $real *targets, $real *loss);

/// Add the sample's gradients to those held; slopes becomes that of its inputs.
int $net_backward($Net *self, const $real *targets, $real *slopes);

/// Forget the gradients held.
void $net_zero_gradients($Net *self);

/// One step of the optimizer with the gradients held.
int $net_update($Net *self);

/// Hold the gradients of the mean loss of so many samples.
int $net_batch_gradients($Net *self, const $real *inputs,
                         const $real *targets, long long count, $real *loss);

/// One update with a batch; loss becomes its mean loss before the update.
int $net_train_step($Net *self, const $real *inputs, const $real *targets,
                    long long count, $real *loss);

/// Train in batches; loss becomes the last epoch's mean loss. The listener, if
/// any, is called after each epoch; false from it stops.
int $net_train($Net *self, const $real *inputs, const $real *targets,
               long long count, long long epochs, $NetListener listener,
               void *data, $real *loss);

//: check_gradients
/// The largest error of a gradient against central differences.
int $net_check_gradients($Net *self, const $real *inputs,
                         const $real *targets, long long count, $real *error);

//: to_json
/// All that training goes on from, in any language, as a JSON text of length
/// bytes and a zero; a text that has not that much room stays as it is.
int $net_to_json($Net *self, char *text, size_t room, size_t *length);

//: _load_all
/// Take over what $net_to_json gave; what does not fit changes nothing.
int $net_load_json($Net *self, const char *text);

//: _load_parameters
/// Take over the parameters of any net that agree in name and shape, and what layers
/// remember; nothing else. The names left out, a line each, become a text of length
/// bytes and a zero; one that has not that much room stays as it is.
int $net_load_parameters($Net *self, const char *text, char *left, size_t room,
                         size_t *length);

//: one_hot
/// The targets of a class: 1 for it, 0 for the others.
int $net_one_hot($Net *self, long long index, $real *targets);

//: sample
/// What may follow some indices: at most so many, drawn by the net's shares;
/// made becomes how many there are.
int $net_sample($Net *self, const long long *start, long long count,
                long long length, $real temperature, long long *found,
                long long *made);

//: parameters
/// The names and the shapes of the parameters; the last one has no name.
const $NetShape *$net_parameter_shapes(void);

/// The numbers of a parameter, row by row: the net's own, to be read or set;
/// NULL if there is no such name.
$real *$net_parameter($Net *self, const char *name);

//: set_parameters
/// Set all parameters: so many arrays with their names and how many numbers each
/// has; if one is missing or misshapen, none is changed.
int $net_set_parameters($Net *self, const char *const *names,
                        const $real *const *arrays, const long long *counts,
                        long long many);

//: slopes
/// The gradients held of a parameter; NULL if there is no such name.
$real *$net_gradient($Net *self, const char *name);

//: memories
/// What layers remember beside their parameters: their names and shapes.
const $NetShape *$net_memory_shapes(void);

/// The numbers of one of them; NULL if there is no such name.
$real *$net_buffer($Net *self, const char *name);

//: evaluate
/// The mean loss of the net at work; found becomes that and, for classes, the
/// share of samples, or of steps, in the right class.
int $net_evaluate($Net *self, const $real *inputs, const $real *targets,
                  long long count, $real *found);

//: probabilities
/// How likely each class is; the classes of each step one after the other.
int $net_probabilities($Net *self, const $real *inputs, $real *shares);

//: classify int
/// The index of the most likely class.
int $net_classify($Net *self, const $real *inputs, long long *index);

//: classify list[int]
/// The index of the most likely class of each step.
int $net_classify($Net *self, const $real *inputs, long long *indices);
