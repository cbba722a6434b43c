/* FANN under audit: its incremental training, in numbers of 64 bits.

   cc fann.c -ldoublefann -lm -o fann
   bpgen audit --cmd "./fann" fann.yaml           its error function by default
   bpgen audit --cmd "./fann linear" fann.yaml    FANN_ERRORFUNC_LINEAR

   There is no JSON here: of a line that is known, the numbers are enough. */

#include <doublefann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IN = 2, HIDDEN = 3, WEIGHTS = HIDDEN * IN + HIDDEN, ALL = WEIGHTS + HIDDEN + 1 };

static char line[1 << 20];
static double numbers[64];

/* The numbers after a key of the line, in their order. */
static void read_after(const char *key) {
  int count = 0;
  char *at = strstr(line, key);
  for (at = at ? at + strlen(key) : line + strlen(line); *at;) {
    if (*at == '"') { /* a name */
      at = strchr(at + 1, '"') + 1;
      continue;
    }
    char *end;
    const double found = strtod(at, &end);
    if (end == at || count == 64) {
      at++;
      continue;
    }
    numbers[count++] = found;
    at = end;
  }
}

/* FANN has a neuron's weights side by side, its bias last; bpgen has h.weight,
   h.bias, o.weight, o.bias. Both ways go by this. */
static int place(int k) {
  if (k < WEIGHTS) { /* hidden neuron k / 3: two weights, then the bias */
    const int neuron = k / (IN + 1), i = k % (IN + 1);
    return i < IN ? neuron * IN + i : HIDDEN * IN + neuron;
  }
  return k;
}

static struct fann *made(int is_linear) {
  struct fann *net = fann_create_standard(3, IN, HIDDEN, 1);
  fann_set_training_algorithm(net, FANN_TRAIN_INCREMENTAL);
  fann_set_activation_function_hidden(net, FANN_SIGMOID);
  fann_set_activation_function_output(net, FANN_SIGMOID);
  fann_set_learning_rate(net, 0.7f);
  if (is_linear) fann_set_train_error_function(net, FANN_ERRORFUNC_LINEAR);
  return net;
}

static void tell(const struct fann *net, double loss) {
  double own[ALL];
  for (int k = 0; k < ALL; k++) own[place(k)] = net->weights[k];
  printf("{\"loss\": %.17g, \"parameters\": {\"h.weight\": [", loss);
  for (int i = 0; i < HIDDEN; i++)
    printf("%s[%.17g, %.17g]", i ? ", " : "", own[2 * i], own[2 * i + 1]);
  printf("], \"h.bias\": [%.17g, %.17g, %.17g]", own[6], own[7], own[8]);
  printf(", \"o.weight\": [[%.17g, %.17g, %.17g]]", own[9], own[10], own[11]);
  printf(", \"o.bias\": [%.17g]}}\n", own[12]);
}

int main(int count, char **words) {
  struct fann *net = NULL;
  const int is_linear = count > 1 && !strcmp(words[1], "linear");
  while (fgets(line, sizeof line, stdin)) {
    if (strstr(line, "\"call\": \"start\"")) {
      printf("{\"protocol\": 1}\n");
    } else if (strstr(line, "\"call\": \"set\"")) {
      if (net) fann_destroy(net);
      net = made(is_linear);
      read_after("\"parameters\":");
      for (int k = 0; k < ALL; k++) net->weights[k] = numbers[place(k)];
      printf("{}\n");
    } else if (strstr(line, "\"call\": \"forward\"")) {
      read_after("\"inputs\":");
      printf("{\"outputs\": [%.17g]}\n", fann_run(net, numbers)[0]);
    } else if (strstr(line, "\"call\": \"step\"")) {
      double inputs[IN], target;
      read_after("\"inputs\":");
      memcpy(inputs, numbers, sizeof inputs);
      read_after("\"targets\":");
      target = numbers[0];
      const double off = fann_run(net, inputs)[0] - target;
      fann_train(net, inputs, &target);
      tell(net, 0.5 * off * off);
    } else {
      printf("{\"unsupported\": true}\n");
    }
    fflush(stdout);
  }
  return 0;
}
