/* Reads a task, trains as it says, and tells the numbers and the time, in C: as
 * measure.py does. The peer that includes this file says how to start, train and
 * tell; INPUTS and OUTPUTS are given when it is compiled. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void start(const double *parameters);
static void train(const double (*x)[INPUTS], const double (*t)[OUTPUTS], int samples,
                  long epochs);
static void numbers(double *parameters);

static double number(FILE *file) {
  double found;
  if (fscanf(file, "%lf", &found) != 1) {
    exit(2);
  }
  return found;
}

static double seconds_of(const double (*x)[INPUTS], const double (*t)[OUTPUTS],
                         int samples, long epochs) {
  clock_t begin = clock();
  train(x, t, samples, epochs);
  return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

int main(int count, char **arguments) {
  FILE *file = count > 1 ? fopen(arguments[1], "r") : NULL;
  if (file == NULL) {
    return 2;
  }
  while (fgetc(file) != '\n') {
  }
  int check_samples = (int)number(file), check_epochs = (int)number(file);
  int timed_samples = (int)number(file);
  double seconds = number(file);
  int size = (int)number(file);
  number(file);
  number(file);
  int rows = (int)number(file);
  double *parameters = malloc(sizeof(double) * size);
  double(*x)[INPUTS] = malloc(sizeof(double[INPUTS]) * rows);
  double(*t)[OUTPUTS] = malloc(sizeof(double[OUTPUTS]) * rows);
  for (int i = 0; i < size; i++) {
    parameters[i] = number(file);
  }
  for (int s = 0; s < rows; s++) {
    for (int i = 0; i < INPUTS; i++) {
      x[s][i] = number(file);
    }
    for (int k = 0; k < OUTPUTS; k++) {
      t[s][k] = number(file);
    }
  }
  const double(*cx)[INPUTS] = (const double(*)[INPUTS])x;
  const double(*ct)[OUTPUTS] = (const double(*)[OUTPUTS])t;
  double *found = calloc((size_t)size, sizeof(double)), checksum = 0.0;
  start(parameters);
  train(cx, ct, check_samples, check_epochs);
  numbers(found);
  for (int i = 0; i < size; i++) {
    checksum += (i % 97 + 1) * found[i];
  }
  start(parameters);
  long epochs = 1;
  double taken = seconds_of(cx, ct, timed_samples, epochs);
  while (taken < seconds / 2) {
    epochs *= 2;
    taken = seconds_of(cx, ct, timed_samples, epochs);
  }
  epochs = (long)(epochs * seconds / taken + 0.5);
  epochs = epochs < 1 ? 1 : epochs;
  taken = seconds_of(cx, ct, timed_samples, epochs);
  printf("{\"checksum\": %.17g, \"microseconds\": %.17g}\n", checksum,
         taken * 1e6 / ((double)epochs * timed_samples));
  return 0;
}
