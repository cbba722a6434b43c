import 'dart:js_interop';

/// The text of the task: compiled to JavaScript, a program cannot read files.
@JS()
external String get benchTask;

/// What the page, or what stands before the program, has read.
String taskText(List<String> arguments) => benchTask;
