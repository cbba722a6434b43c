/* C by hand: arrays of constant sizes, each sum in the same order as in the emitted
 * files. As such code is written, it folds the rate into the deltas and computes no
 * loss; the emitted files do compute it. */

#include <math.h>
#include <string.h>

#include "measure.h"

static double w1[HIDDEN][INPUTS], b1[HIDDEN], w2[OUTPUTS][HIDDEN], b2[OUTPUTS];
static double h[HIDDEN], d1[HIDDEN], d2[OUTPUTS];
#if BATCH > 1
static double g1[HIDDEN][INPUTS], gb1[HIDDEN], g2[OUTPUTS][HIDDEN], gb2[OUTPUTS];
#endif

static void copy(double **from, double *to, size_t size, int back) {
  memcpy(back ? *from : to, back ? to : *from, size);
  *from += size / sizeof(double);
}

static void all(double *p, int back) {
  copy(&p, &w1[0][0], sizeof w1, back);
  copy(&p, b1, sizeof b1, back);
  copy(&p, &w2[0][0], sizeof w2, back);
  copy(&p, b2, sizeof b2, back);
}

static void start(const double *parameters) { all((double *)parameters, 0); }

static void numbers(double *parameters) { all(parameters, 1); }

static double sigmoid(double z) { return 1.0 / (1.0 + exp(-z)); }

static void forward(const double *x, const double *t) {
  for (int j = 0; j < HIDDEN; j++) {
    double z = b1[j];
    for (int i = 0; i < INPUTS; i++) {
      z += w1[j][i] * x[i];
    }
    h[j] = TANH ? tanh(z) : sigmoid(z);
  }
  double o[OUTPUTS];
  for (int k = 0; k < OUTPUTS; k++) {
    o[k] = b2[k];
    for (int j = 0; j < HIDDEN; j++) {
      o[k] += w2[k][j] * h[j];
    }
  }
  if (SOFTMAX) {
    double largest = o[0], total = 0.0;
    for (int k = 1; k < OUTPUTS; k++) {
      largest = o[k] > largest ? o[k] : largest;
    }
    for (int k = 0; k < OUTPUTS; k++) {
      o[k] = exp(o[k] - largest);
      total += o[k];
    }
    for (int k = 0; k < OUTPUTS; k++) {
      d2[k] = RATE * (o[k] / total - t[k]);
    }
  } else {
    for (int k = 0; k < OUTPUTS; k++) {
      double a = sigmoid(o[k]);
      d2[k] = SQUARED ? RATE * (a - t[k]) * (a * (1.0 - a))
                      : RATE / BATCH / OUTPUTS * (a - t[k]);
    }
  }
}

static void backward(void) {
  for (int j = 0; j < HIDDEN; j++) {
    double e = 0.0;
    for (int k = 0; k < OUTPUTS; k++) {
      e += w2[k][j] * d2[k];
    }
    d1[j] = e * (TANH ? 1.0 - h[j] * h[j] : h[j] * (1.0 - h[j]));
  }
}

/* Takes steps from weights, or adds them to those of a batch. */
static void step(double w1[HIDDEN][INPUTS], double *b1, double w2[OUTPUTS][HIDDEN],
                 double *b2, const double *x) {
  for (int k = 0; k < OUTPUTS; k++) {
    for (int j = 0; j < HIDDEN; j++) {
      w2[k][j] -= d2[k] * h[j];
    }
    b2[k] -= d2[k];
  }
  for (int j = 0; j < HIDDEN; j++) {
    for (int i = 0; i < INPUTS; i++) {
      w1[j][i] -= d1[j] * x[i];
    }
    b1[j] -= d1[j];
  }
}

#if BATCH > 1
static void update(double *w, double *g, int size) {
  for (int i = 0; i < size; i++) {
    w[i] += g[i];
    g[i] = 0.0;
  }
}
#endif

static void train(const double (*x)[INPUTS], const double (*t)[OUTPUTS], int samples,
                  long epochs) {
  for (long epoch = 0; epoch < epochs; epoch++) {
    for (int s = 0; s < samples; s++) {
      forward(x[s], t[s]);
      backward();
#if BATCH > 1
      step(g1, gb1, g2, gb2, x[s]);
      if ((s + 1) % BATCH == 0) {
        update(&w1[0][0], &g1[0][0], HIDDEN * INPUTS);
        update(b1, gb1, HIDDEN);
        update(&w2[0][0], &g2[0][0], OUTPUTS * HIDDEN);
        update(b2, gb2, OUTPUTS);
      }
#else
      step(w1, b1, w2, b2, x[s]);
#endif
    }
  }
}
