// Reads a task, trains as it says, and tells the numbers and the time, in Dart:
// as measure.py does, but by the clock on the wall, which counts what other processes
// take, too: so the quickest of several stretches is told. Runs as JavaScript, too.

import 'dart:convert';
import 'dart:math';

import 'host_web.dart' if (dart.library.io) 'host_io.dart';

const stretches = 5;

/// What the text says: see works.py.
class Task {
  Task(String text) {
    final lines = const LineSplitter().convert(text);
    final table = [for (final line in lines) line.split(' ')];
    shape = table[0].sublist(1);
    checkSamples = int.parse(table[1][0]);
    checkEpochs = int.parse(table[1][1]);
    timedSamples = int.parse(table[1][2]);
    seconds = double.parse(table[1][3]);
    parameters = _numbers(table[3]);
    final width = int.parse(table[2][1]);
    for (final words in table.sublist(4)) {
      final row = _numbers(words);
      inputs.add(row.sublist(0, width));
      targets.add(row.sublist(width));
    }
  }

  late final List<String> shape;
  late final int checkSamples;
  late final int checkEpochs;
  late final int timedSamples;
  late final double seconds;
  late final List<double> parameters;
  final List<List<double>> inputs = [];
  final List<List<double>> targets = [];
  int _start = 0;

  /// The next so many parameters.
  List<double> part(int size) {
    _start += size;
    return parameters.sublist(_start - size, _start);
  }

  /// The next rows of parameters.
  List<List<double>> rows(int count, int size) {
    return [for (var i = 0; i < count; i++) part(size)];
  }
}

List<double> _numbers(List<String> words) => words.map(double.parse).toList();

/// A net at its start.
abstract class Learner {
  void train(List<List<double>> inputs, List<List<double>> targets, int epochs);

  /// The parameters, in the order in which they were given.
  List<double> numbers();
}

/// Numbers of nested lists, in their order.
List<double> flat(Object? value) {
  if (value is! Iterable<Object?>) {
    return [(value! as num).toDouble()];
  }
  return [for (final entry in value) ...flat(entry)];
}

double _checksum(List<double> numbers) {
  var total = 0.0;
  for (var place = 0; place < numbers.length; place++) {
    total += (place % 97 + 1) * numbers[place];
  }
  return total;
}

/// Prints the checksum, and microseconds for one sample.
void measure(List<String> arguments, Learner Function(Task) make) {
  final text = taskText(arguments);
  final task = Task(text);
  var learner = make(task);
  double secondsOf(int samples, int epochs) {
    final inputs = task.inputs.sublist(0, samples);
    final targets = task.targets.sublist(0, samples);
    final watch = Stopwatch()..start();
    learner.train(inputs, targets, epochs);
    return watch.elapsedMicroseconds / 1e6;
  }

  secondsOf(task.checkSamples, task.checkEpochs);
  final found = _checksum(learner.numbers());
  learner = make(Task(text));
  var epochs = 1;
  var taken = secondsOf(task.timedSamples, epochs);
  while (taken < task.seconds / 2) {
    epochs *= 2;
    taken = secondsOf(task.timedSamples, epochs);
  }
  final wanted = task.seconds / stretches;
  epochs = max(1, (epochs * wanted / taken).round());
  taken = [
    for (var i = 0; i < stretches; i++) secondsOf(task.timedSamples, epochs),
  ].reduce(min);
  final microseconds = taken * 1e6 / (epochs * task.timedSamples);
  print(jsonEncode({'checksum': found, 'microseconds': microseconds}));
}
