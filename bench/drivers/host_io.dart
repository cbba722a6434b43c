import 'dart:io';

/// The text of the task, which the arguments name.
String taskText(List<String> arguments) =>
    File(arguments[0]).readAsStringSync();
