// The Dart side of scenario.py: does the same with an emitted class.
//
// Numbers come back as the 16 hexadecimal digits of their bits, so that nothing is
// lost on the way; the tests decode them.

import 'dart:convert';
import 'dart:typed_data';

typedef Json = Map<String, Object?>;
typedef Rows = List<List<double>>;

/// Makes an object of an emitted class; without a seed, with the net's own.
typedef Make = dynamic Function([int? seed]);

const int seed = 4000000000;
const int epochs = 10;
const int few = 2;

/// A value with its numbers as the digits of their bits.
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

List<double> row(Object? value) {
  return [for (final item in value! as List) (item as num).toDouble()];
}

Rows rows(Object? value) => (value! as List).map(row).toList();

/// All numbers that an emitted class gives for a scenario.
Json run(Make make, Json given) {
  final inputs = rows(given['inputs']);
  final targets = rows(given['targets']);
  final parameters = given['parameters']! as Json;
  dynamic fresh() => make(seed)..setParameters(parameters);

  dynamic net = make();
  final found = <String, Object?>{'initial': net.parameters()};
  found['seeded'] = make(seed).parameters();
  final losses = <Object?>[net.trainStep(inputs, targets)];
  found['own_steps'] = losses;
  found['own_parameters'] = net.parameters();
  for (var step = 1; step < (given['steps']! as int); step++) {
    losses.add(net.trainStep(inputs, targets));
  }

  net = fresh();
  found['predicted'] = [for (final sample in inputs) net.predict(sample)];
  found['sample'] = sample(net, inputs[0], targets[0]);
  net.forward(inputs[0]);
  net.backward(targets[0]);
  found['doubled'] = net.gradients();
  net.zeroGradients();
  found['zeroed'] = net.gradients();
  final givenInputs = [...inputs[0]];
  final outputs = net.forward(givenInputs);
  final predicted = net.predict(inputs.last);
  spoil([givenInputs, outputs, predicted, net.parameters(), net.gradients()]);
  final slope = net.backward(targets[0]); // and loss() was not called this time
  found['undisturbed'] = {
    'input_gradient': slope,
    'gradients': net.gradients(),
  };

  final batchLoss = net.batchGradients(inputs, targets);
  found['batch'] = {'loss': batchLoss, 'gradients': net.gradients()};
  found['check'] = net.checkGradients(inputs, targets);
  found['steps'] = [
    for (var step = 0; step < (given['updates']! as int); step++)
      {'loss': net.trainStep(inputs, targets), 'parameters': net.parameters()},
  ];

  net = fresh();
  final seen = <Object?>[];
  bool onEpoch(int epoch, double loss) {
    seen.add([epoch, loss]);
    return true;
  }

  final loss = net.train(inputs, targets, epochs: few, onEpoch: onEpoch);
  found['trained'] = {'loss': loss, 'parameters': net.parameters()};
  found['saved'] = net.toJson();
  net.checkGradients(inputs, targets);
  found['saved_after_check'] = net.toJson();
  net.train(inputs, targets, epochs: few, onEpoch: onEpoch);
  found['epochs'] = seen;
  found['continued'] = net.toJson();
  final states = {'reloaded': found['saved'], 'resumed': given['state']};
  states.forEach((name, state) {
    net = make()..loadJson(state);
    final before = net.toJson();
    net.train(inputs, targets, epochs: few);
    found[name] = [before, net.toJson()];
  });

  for (var step = 0; step < few; step++) {
    net.trainStep(inputs, targets);
  }
  net.train(inputs, targets, epochs: epochs);
  found['resumed_on'] = net.toJson();

  net = fresh();
  net.train(inputs, targets, epochs: epochs);
  net.train(inputs, targets, epochs: epochs);
  found['in_two_parts'] = net.toJson();
  net = fresh();
  net.train(inputs, targets, epochs: 2 * epochs);
  found['in_one_part'] = net.toJson();
  net = fresh();
  final stopped = <int>[];
  bool stop(int epoch, double loss) {
    stopped.add(epoch);
    return epoch != 3;
  }

  net.train(inputs, targets, epochs: 5, onEpoch: stop);
  found['stopped'] = stopped;

  net = make()..loadJson(given['whole']);
  final whole = net.parameters();
  net.setParameters(whole);
  spoil([whole]);
  found['whole'] = net.parameters();

  found['probes'] = [
    for (final probe in given['probes']! as List) probed(make(), probe as Json),
  ];
  final classes = given['classes']! as int;
  found['one_hot'] = [for (var i = 0; i < classes; i++) make().oneHot(i)];
  found['wrong_calls'] = wrongCalls(make, fresh(), given);
  return found;
}

/// Overwrites all numbers of nested lists: they are ours, not the net's.
void spoil(List<Object?> lists) {
  for (var i = 0; i < lists.length; i++) {
    final value = lists[i];
    if (value is Map<String, Object?>) {
      spoil(value.values.toList());
    } else if (value is List<Object?>) {
      spoil(value);
    } else {
      lists[i] = 9.0;
    }
  }
}

/// Outputs, loss and all gradients of one sample.
Json sample(dynamic net, List<double> inputs, List<double> targets) {
  return {
    'outputs': net.forward(inputs),
    'loss': net.loss(targets),
    'input_gradient': net.backward(targets),
    'gradients': net.gradients(),
  };
}

/// The same with parameters of its own, and what predict says.
Json probed(dynamic net, Json probe) {
  final inputs = row(probe['inputs']);
  net.setParameters(probe['parameters']! as Json);
  return {
    ...sample(net, inputs, row(probe['targets'])),
    'predicted': net.predict(inputs),
  };
}

/// What each wrong call did: "refused", or the type of another error, or
/// "accepted"; and whether it changed anything.
Json wrongCalls(Make make, dynamic net, Json given) {
  final x = rows(given['inputs']);
  final t = rows(given['targets']);
  final values = given['parameters']! as Json;
  final state = jsonDecode(given['state']! as String) as Json;
  final classes = given['classes']! as int;
  final dynamic late = make();
  late.forward(x[0]);
  late.setParameters(values);
  final dynamic updated = make();
  updated.batchGradients(x, t);
  updated.update();
  net.forward(x[0]);
  final calls = <String, void Function()>{
    'loss before forward': () => make().loss(t[0]),
    'backward before forward': () => make().backward(t[0]),
    'backward after new parameters': () => late.backward(t[0]),
    'backward after update': () => updated.backward(t[0]),
    'predict of too few': () => net.predict(x[0].sublist(1)),
    'predict of too many': () => net.predict([...x[0], 1.0]),
    'forward of too few': () => net.forward(x[0].sublist(1)),
    'forward of too many': () => net.forward([...x[0], 1.0]),
    'loss of too few': () => net.loss(t[0].sublist(1)),
    'backward of too many': () => net.backward([...t[0], 1.0]),
    'batch without targets': () => net.batchGradients(x, t.sublist(1)),
    'batch of nothing': () => net.trainStep(<List<double>>[], <List<double>>[]),
    'train without inputs': () => net.train(x.sublist(1), t),
    'train of nothing': () => net.train(<List<double>>[], <List<double>>[]),
    'train for no epoch': () => net.train(x, t, epochs: 0),
    'seed below 0': () => make(-1),
    'seed too large': () => make(4294967296),
    'unknown parameter': () => net.setParameters({
      ...values,
      'other': [1.0],
    }),
    'no JSON': () => net.loadJson('{'),
    'other JSON': () => net.loadJson('[1]'),
  };
  final wrongTargets = rows(given['wrong_targets']);
  for (var number = 0; number < wrongTargets.length; number++) {
    final wrong = wrongTargets[number];
    calls['loss of wrong targets $number'] = () => net.loss(wrong);
    calls['backward of wrong targets $number'] = () => net.backward(wrong);
    calls['batch of wrong targets $number'] = () {
      net.trainStep([x[0]], [wrong]);
    };
  }
  final wrongInputs = rows(given['wrong_inputs']);
  for (var number = 0; number < wrongInputs.length; number++) {
    final wrong = wrongInputs[number];
    calls['predict of wrong inputs $number'] = () => net.predict(wrong);
    calls['forward of wrong inputs $number'] = () => net.forward(wrong);
    calls['batch of wrong inputs $number'] = () {
      net.trainStep([wrong], [t[0]]);
    };
  }
  if (wrongInputs.isNotEmpty) {
    final wrong = [double.nan, ...x[0].skip(1)];
    calls['an index that is no number'] = () => net.predict(wrong);
  }
  if (wrongTargets.isNotEmpty) {
    final wrong = [double.nan, ...t[0].skip(1)];
    calls['a target that is no number'] = () => net.loss(wrong);
  }
  if (classes > 0) {
    calls['class below 0'] = () => net.oneHot(-1);
    calls['class too large'] = () => net.oneHot(classes);
  }
  for (final name in values.keys) {
    final rest = {...values}..remove(name);
    final first = (values[name]! as List).skip(1).toList();
    calls['missing $name'] = () => net.setParameters(rest);
    final bad = <String, List<Object?>>{
      'short': first,
      'text': ['a', ...first],
      'deep': [
        [
          [
            [
              [1.0],
            ],
          ],
        ],
        ...first,
      ],
      'NaN': [double.nan, ...first],
      'infinite': [double.infinity, ...first],
    };
    bad.forEach((what, value) {
      final wrong = {...values, name: value};
      calls['$what $name'] = () => net.setParameters(wrong);
    });
  }
  final others = <String, Object?>{
    'format': 'bpgen 0',
    'net': '0123456789abcdef',
    'parameters': {
      'other': [1.0],
    },
    'epoch': -1,
    'generator': [0, 0, 0, 4294967296],
  };
  others.forEach((key, value) {
    final other = jsonEncode({...state, key: value});
    final rest = jsonEncode({...state}..remove(key));
    calls['state of another $key'] = () => net.loadJson(other);
    calls['state without $key'] = () => net.loadJson(rest);
  });
  final damaged = given['damaged']! as Json;
  damaged.forEach((name, parts) {
    final text = (parts! as List).first as String;
    calls[name] = () => net.loadJson(text);
  });
  final found = <String, Object?>{};
  var before = net.toJson();
  calls.forEach((name, call) {
    var result = 'accepted';
    try {
      call();
    } on ArgumentError catch (error) {
      final parts =
          damaged[name] as List? ??
          [
            '',
            [''],
          ];
      final words = (parts[1] as List).cast<String>();
      final isTold = words.any('$error'.contains);
      result = isTold ? 'refused' : 'refused as: $error';
    } on StateError {
      result = 'refused';
    } catch (error) {
      result = '${error.runtimeType}';
    }
    if (net.toJson() != before) {
      result += ', with a change';
      before = net.toJson();
    }
    found[name] = result;
  });
  return found;
}

/// Runs the scenario of every net; prints a line of JSON for each.
void runAll(Map<String, Make> nets, String scenarios) {
  final given = jsonDecode(scenarios) as Json;
  nets.forEach((title, make) {
    Object? found;
    try {
      found = encoded(run(make, given[title]! as Json));
    } catch (error, trace) {
      found = 'the scenario failed: $error\n$trace';
    }
    print(jsonEncode({'title': title, 'found': found}));
  });
}
