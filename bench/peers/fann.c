/* FANN, with doubles: the same shape, but not the same work. It has no softmax and no
 * cross-entropy (squared error of sigmoids instead) and updates after each sample. */

#include <doublefann.h>

#include "measure.h"

static struct fann *net;

static void start(const double *parameters) {
  (void)parameters;
  if (net != NULL) {
    fann_destroy(net);
  }
  net = fann_create_standard(3, INPUTS, HIDDEN, OUTPUTS);
  fann_set_activation_function_hidden(net, TANH ? FANN_SIGMOID_SYMMETRIC : FANN_SIGMOID);
  fann_set_activation_function_output(net, FANN_SIGMOID);
  fann_set_training_algorithm(net, FANN_TRAIN_INCREMENTAL);
  fann_set_learning_rate(net, RATE);
  fann_set_learning_momentum(net, 0.0F);
}

static void train(const double (*x)[INPUTS], const double (*t)[OUTPUTS], int samples,
                  long epochs) {
  for (long epoch = 0; epoch < epochs; epoch++) {
    for (int s = 0; s < samples; s++) {
      fann_train(net, (fann_type *)x[s], (fann_type *)t[s]);
    }
  }
}

/* Its weights are its own, and so is its start: nothing to compare. */
static void numbers(double *parameters) { (void)parameters; }
