// Stands before Dart that was compiled to JavaScript, for node: TASK.
globalThis.self = globalThis;
globalThis.benchTask = require('node:fs').readFileSync(process.argv[2], 'utf8');
