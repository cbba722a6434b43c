// The driver of Dart: runs the commands of a script; script.py says how.

import 'dart:convert';
import 'dart:typed_data';

typedef Json = Map<String, Object?>;

/// Makes an object of an emitted class; without a seed, with the net's own.
typedef Make = dynamic Function([int? seed]);

const Set<String> takesRows = {
  'evaluate',
  'batch_gradients',
  'check_gradients',
  'train',
  'train_step',
};
const Set<String> takesRow = {
  'backward',
  'classify',
  'forward',
  'loss',
  'predict',
  'probabilities',
};

/// A value as it travels.
Object? encoded(Object? value) {
  if (value is num) {
    final bytes = ByteData(8)..setFloat64(0, value.toDouble());
    final words = [bytes.getUint32(0), bytes.getUint32(4)];
    return words.map((w) => w.toRadixString(16).padLeft(8, '0')).join();
  }
  if (value is List<Object?>) {
    return value.map(encoded).toList();
  }
  if (value is Map<String, Object?>) {
    return value.map((key, item) => MapEntry(key, encoded(item)));
  }
  return value is String ? '"$value' : value;
}

/// A value that travelled; its lists and maps hold what `inner` makes of their items.
Object? decoded(Object? value, Object? Function(Object?) inner) {
  if (value is List<Object?>) {
    return value.map(inner).toList();
  }
  if (value is Json) {
    return value.map((key, item) => MapEntry(key, inner(item)));
  }
  if (value is! String) {
    return value;
  }
  if (value.startsWith('"')) {
    return value.substring(1);
  }
  final bytes = ByteData(8);
  for (final at in [0, 4]) {
    final word = value.substring(2 * at, 2 * at + 8);
    bytes.setUint32(at, int.parse(word, radix: 16));
  }
  return bytes.getFloat64(0);
}

Object? plain(Object? value) => decoded(value, plain);

List<double> row(Object? value) => [...(value! as List).cast<double>()];

List<List<double>> rows(Object? value) => [...(value! as List).map(row)];

/// Overwrites all that nested lists hold: it is the caller's, not the object's.
void spoil(List<Object?> lists) {
  for (var at = 0; at < lists.length; at++) {
    final value = lists[at];
    if (value is Map<String, Object?>) {
      for (final key in [...value.keys]) {
        final items = [value[key]];
        spoil(items);
        value[key] = items[0];
      }
    } else if (value is List<Object?>) {
      spoil(value);
    } else {
      lists[at] = value is int ? 9 : 9.0; // as the type of the list may be
    }
  }
}

/// What loadJson takes, from a text that may be damaged.
Json saved(Object? text) {
  try {
    if (jsonDecode(text! as String) case final Json found) {
      return found;
    }
  } on FormatException catch (error) {
    throw FormatException('JSON: ${error.message}');
  }
  throw const FormatException('another format: no object');
}

String kind(Object error) => switch (error) {
  // of a list, say: nobody meant to refuse
  RangeError(:final invalidValue?) => 'RangeError: $invalidValue',
  ArgumentError() || FormatException() => 'wrong',
  StateError() => 'early',
  _ => '${error.runtimeType}',
};

class Driver {
  Driver(this.make, Json script)
    : entries = script['pool']! as List<Object?>,
      commands = script['commands']! as List<Object?>;

  final Make make;
  final List<Object?> entries;
  final List<Object?> commands;
  final Map<int, dynamic> nets = {};
  final List<Object?> pool = [];
  final Map<String, int> places = {};
  final List<Object?> answers = [];

  /// A value of its own for an item.
  Object? item(Object? item) {
    if (item is! Json) {
      return plain(item);
    }
    if (item['text'] case final List<Object?> parts) {
      return parts.map((place) => entries[place! as int]).join();
    }
    if (item['at'] case final int place) {
      return decoded(entries[place], this.item);
    }
    return plain(pool[answers[item['result']! as int]! as int]);
  }

  /// What one call gives, as it travels.
  Object? once(Json command) {
    final name = command['call']! as String;
    final given = [for (final value in command['with']! as List) item(value)];
    final options = {
      for (final option in (command['options'] as Json? ?? {}).entries)
        option.key: item(option.value),
    };
    if (name == 'new') {
      nets[answers.length] = make(options['seed'] as int?);
      return null;
    }
    if (takesRow.contains(name) || takesRows.contains(name)) {
      given.setAll(0, given.map(takesRow.contains(name) ? row : rows).toList());
    }
    final seen = <Object?>[];
    if (name == 'load_json') {
      given[0] = saved(given[0]);
    }
    final result = call(nets[command['on']], name, given, options, seen);
    final found = encoded(name == 'to_json' ? jsonEncode(result) : result);
    spoil([given, result]);
    return options.containsKey('on_epoch') ? [found, encoded(seen)] : found;
  }

  Object? call(
    dynamic net,
    String name,
    List<Object?> given,
    Json options,
    List<Object?> seen,
  ) => switch (name) {
    'backward' => net.backward(given[0]),
    'batch_gradients' => net.batchGradients(given[0], given[1]),
    'check_gradients' => net.checkGradients(given[0], given[1]),
    'classify' => net.classify(given[0]),
    'evaluate' => net.evaluate(given[0], given[1]),
    'forward' => net.forward(given[0]),
    'buffers' => net.buffers(),
    'gradients' => net.gradients(),
    'load_json' => <Object?>[
      ...net.loadJson(
        given[0],
        parametersOnly: options['parameters_only'] == true,
      ) as List<String>,
    ],
    'loss' => net.loss(given[0]),
    'one_hots' => net.oneHots([...(given[0]! as List).cast<int>()]),
    'one_hot' => net.oneHot(given[0]),
    'parameters' => net.parameters(),
    'predict' => net.predict(given[0]),
    'probabilities' => net.probabilities(given[0]),
    'set_parameters' => net.setParameters(given[0]),
    'to_json' => net.toJson(),
    'train' => train(net, given, options, seen),
    'train_step' => net.trainStep(given[0], given[1]),
    'update' => net.update(),
    'zero_gradients' => net.zeroGradients(),
    _ => throw UnimplementedError(name),
  };

  Object? train(
    dynamic net,
    List<Object?> given,
    Json options,
    List<Object?> seen,
  ) {
    if (options.isEmpty) {
      return net.train(given[0], given[1]);
    }
    final epochs = options['epochs']! as int;
    final last = options['on_epoch'] as int?;
    if (last == null) {
      return net.train(given[0], given[1], epochs: epochs);
    }
    bool onEpoch(int epoch, double loss) {
      seen.add([epoch, loss]);
      return epoch != last;
    }

    return net.train(given[0], given[1], epochs: epochs, onEpoch: onEpoch);
  }

  /// The place of a command's result in the pool; an equal one's, if there is one.
  int answer(Json command) {
    final times = command['times'] as int?;
    final found = times == null
        ? once(command)
        : [for (var time = 0; time < times; time++) once(command)];
    return places.putIfAbsent(jsonEncode(found), () {
      pool.add(found);
      return pool.length - 1;
    });
  }

  Json run() {
    for (final command in commands) {
      Object answer;
      try {
        answer = this.answer(command! as Json);
      } catch (error) {
        answer = {'error': kind(error), 'message': '$error'};
      }
      answers.add(answer);
    }
    return {'pool': pool, 'answers': answers};
  }
}

/// Runs the scripts of all jobs; prints a line of its title and its answers for each.
///
/// A job is what makes an object, and the name of its script.
void runAll(Map<String, (Make, String)> jobs, String scripts) {
  final texts = jsonDecode(scripts) as Json;
  jobs.forEach((title, job) {
    final (make, script) = job;
    final found = Driver(make, texts[script]! as Json).run();
    print('$title ${jsonEncode(found)}');
  });
}
