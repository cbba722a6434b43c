// XOR by hand: two inputs, three sigmoid neurons, one sigmoid output.
//
// It is right; `dart run xor.dart transposed` reads the weights of the hidden
// layer's gradient by columns for rows, and is wrong:
//
//     bpgen audit --cmd "dart run examples/audit/xor.dart" examples/xor.yaml

import 'dart:convert';
import 'dart:io';
import 'dart:math';

typedef Row = List<double>;

double sigmoid(double z) => 1 / (1 + exp(-z));
Row row(Object? list) => [for (final x in list! as List) (x as num).toDouble()];
List<Row> rows(Object? list) => [for (final x in list! as List) row(x)];

class Xor {
  Xor({required this.transposed});

  static const rate = 1.0;
  final bool transposed;
  List<Row> wH = [];
  Row bH = [], wO = [], h = [], x = [];
  double bO = 0, o = 0;

  void set(Map<String, Object?> parameters) {
    wH = rows(parameters['h.weight']);
    bH = row(parameters['h.bias']);
    wO = rows(parameters['o.weight'])[0];
    bO = row(parameters['o.bias'])[0];
  }

  Map<String, Object?> parameters() => {
    'h.weight': wH,
    'h.bias': bH,
    'o.weight': [wO],
    'o.bias': [bO],
  };

  double forward(Row inputs) {
    x = inputs;
    h = [
      for (var i = 0; i < 3; i++)
        sigmoid(bH[i] + wH[i][0] * x[0] + wH[i][1] * x[1]),
    ];
    return o = sigmoid(bO + wO[0] * h[0] + wO[1] * h[1] + wO[2] * h[2]);
  }

  /// The mean loss 0.5 * (o - t)^2, and its gradients.
  (double, Map<String, Object?>) gradients(List<Row> inputs, List<Row> targets) {
    final n = inputs.length;
    var loss = 0.0, dbO = 0.0;
    final dwO = Row.filled(3, 0), dbH = Row.filled(3, 0);
    final dwH = [for (var i = 0; i < 3; i++) Row.filled(2, 0)];
    for (var s = 0; s < n; s++) {
      final error = forward(inputs[s]) - targets[s][0];
      loss += 0.5 * error * error / n;
      final deltaO = error * o * (1 - o) / n;
      dbO += deltaO;
      for (var i = 0; i < 3; i++) {
        dwO[i] += deltaO * h[i];
        final deltaH = deltaO * wO[i] * h[i] * (1 - h[i]);
        dbH[i] += deltaH;
        for (var j = 0; j < 2; j++) {
          final at = transposed ? j * 3 + i : i * 2 + j;
          dwH[at ~/ 2][at % 2] += deltaH * x[j];
        }
      }
    }
    return (
      loss,
      {
        'h.weight': dwH,
        'h.bias': dbH,
        'o.weight': [dwO],
        'o.bias': [dbO],
      },
    );
  }

  double step(List<Row> inputs, List<Row> targets) {
    final (loss, slopes) = gradients(inputs, targets);
    void move(Row weights, Object? by) {
      final slope = row(by);
      for (var i = 0; i < weights.length; i++) {
        weights[i] -= rate * slope[i];
      }
    }

    for (var i = 0; i < 3; i++) {
      move(wH[i], rows(slopes['h.weight'])[i]);
    }
    move(bH, slopes['h.bias']);
    move(wO, rows(slopes['o.weight'])[0]);
    bO -= rate * row(slopes['o.bias'])[0];
    return loss;
  }
}

void main(List<String> arguments) {
  final net = Xor(transposed: arguments.contains('transposed'));
  Map<String, Object?> answer(Map<String, Object?> asked) {
    switch (asked['call']) {
      case 'start':
        return {'protocol': 1};
      case 'set':
        net.set(asked['parameters']! as Map<String, Object?>);
        return {};
      case 'forward':
        return {
          'outputs': [net.forward(row(asked['inputs']))],
        };
      case 'gradients':
        final inputs = rows(asked['inputs']), targets = rows(asked['targets']);
        final (loss, gradients) = net.gradients(inputs, targets);
        return {'loss': loss, 'gradients': gradients};
      case 'step':
        final loss = net.step(rows(asked['inputs']), rows(asked['targets']));
        return {'loss': loss, 'parameters': net.parameters()};
    }
    return {'unsupported': true};
  }

  stdin.transform(utf8.decoder).transform(const LineSplitter()).listen((line) {
    stdout.writeln(jsonEncode(answer(jsonDecode(line) as Map<String, Object?>)));
  });
}
