// Tutorial code: nested lists, loops over indices, a method for each way: TASK.

import 'dart:math';

import '../drivers/measure.dart';

double sigmoid(double z) => 1.0 / (1.0 + exp(-z));

double tanh(double z) => 2.0 * sigmoid(2.0 * z) - 1.0;

List<List<double>> zeros(List<List<double>> matrix) {
  return [for (final row in matrix) List.filled(row.length, 0.0)];
}

class Naive extends Learner {
  Naive(Task task)
    : activation = task.shape[3],
      loss = task.shape[4],
      batch = int.parse(task.shape[5]),
      rate = double.parse(task.shape[6]) {
    final sizes = task.shape.sublist(0, 3).map(int.parse).toList();
    w1 = task.rows(sizes[1], sizes[0]);
    b1 = task.part(sizes[1]);
    w2 = task.rows(sizes[2], sizes[1]);
    b2 = task.part(sizes[2]);
    clear();
  }

  final String activation;
  final String loss;
  final int batch;
  final double rate;
  List<List<double>> w1 = [], w2 = [], dw1 = [], dw2 = [];
  List<double> b1 = [], b2 = [], db1 = [], db2 = [];
  List<double> h = [], o = [], d1 = [], d2 = [];

  void clear() {
    dw1 = zeros(w1);
    db1 = List.filled(b1.length, 0.0);
    dw2 = zeros(w2);
    db2 = List.filled(b2.length, 0.0);
  }

  void forward(List<double> x) {
    h = [];
    for (var j = 0; j < w1.length; j++) {
      var z = b1[j];
      for (var i = 0; i < x.length; i++) {
        z += w1[j][i] * x[i];
      }
      h.add(activation == 'tanh' ? tanh(z) : sigmoid(z));
    }
    o = [];
    for (var k = 0; k < w2.length; k++) {
      var z = b2[k];
      for (var j = 0; j < h.length; j++) {
        z += w2[k][j] * h[j];
      }
      o.add(z);
    }
    if (loss == 'softmax_cross_entropy') {
      final largest = o.reduce(max);
      o = o.map((z) => exp(z - largest)).toList();
      final total = o.reduce((sum, e) => sum + e);
      o = o.map((e) => e / total).toList();
    } else {
      o = o.map(sigmoid).toList();
    }
  }

  void backward(List<double> t) {
    d2 = [];
    for (var k = 0; k < o.length; k++) {
      var d = o[k] - t[k];
      if (loss == 'half_squared_error') {
        d *= o[k] * (1.0 - o[k]);
      }
      if (loss == 'sigmoid_cross_entropy') {
        d /= o.length;
      }
      d2.add(d);
    }
    d1 = [];
    for (var j = 0; j < h.length; j++) {
      var e = 0.0;
      for (var k = 0; k < d2.length; k++) {
        e += w2[k][j] * d2[k];
      }
      final a = h[j];
      d1.add(e * (activation == 'tanh' ? 1.0 - a * a : a * (1.0 - a)));
    }
  }

  /// An update with one sample.
  void step(List<double> x) {
    for (var k = 0; k < w2.length; k++) {
      for (var j = 0; j < h.length; j++) {
        w2[k][j] -= rate * d2[k] * h[j];
      }
      b2[k] -= rate * d2[k];
    }
    for (var j = 0; j < w1.length; j++) {
      for (var i = 0; i < x.length; i++) {
        w1[j][i] -= rate * d1[j] * x[i];
      }
      b1[j] -= rate * d1[j];
    }
  }

  /// The gradients of one sample, to those of the batch.
  void add(List<double> x) {
    for (var k = 0; k < w2.length; k++) {
      for (var j = 0; j < h.length; j++) {
        dw2[k][j] += d2[k] * h[j];
      }
      db2[k] += d2[k];
    }
    for (var j = 0; j < w1.length; j++) {
      for (var i = 0; i < x.length; i++) {
        dw1[j][i] += d1[j] * x[i];
      }
      db1[j] += d1[j];
    }
  }

  /// An update with the gradients of a batch.
  void update(double rate) {
    for (var k = 0; k < w2.length; k++) {
      for (var j = 0; j < w2[k].length; j++) {
        w2[k][j] -= rate * dw2[k][j];
      }
      b2[k] -= rate * db2[k];
    }
    for (var j = 0; j < w1.length; j++) {
      for (var i = 0; i < w1[j].length; i++) {
        w1[j][i] -= rate * dw1[j][i];
      }
      b1[j] -= rate * db1[j];
    }
  }

  @override
  void train(
    List<List<double>> inputs,
    List<List<double>> targets,
    int epochs,
  ) {
    for (var epoch = 0; epoch < epochs; epoch++) {
      for (var s = 0; s < inputs.length; s++) {
        forward(inputs[s]);
        backward(targets[s]);
        if (batch == 1) {
          step(inputs[s]);
          continue;
        }
        add(inputs[s]);
        if ((s + 1) % batch == 0) {
          update(rate / batch);
          clear();
        }
      }
    }
  }

  @override
  List<double> numbers() => flat([w1, b1, w2, b2]);
}

void main(List<String> arguments) => measure(arguments, Naive.new);
