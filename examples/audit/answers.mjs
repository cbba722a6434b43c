// The protocol of `bpgen audit` for a net in JavaScript; as answers.py. A net without
// `gradients` offers none.

import { createInterface } from "node:readline";

export async function serve(net) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, parameters, inputs, targets } = JSON.parse(line);
    let answer = {};
    if (call === "start") answer = { protocol: 1 };
    else if (!net[call]) answer = { unsupported: true };
    else if (call === "set") net.set(parameters);
    else if (call === "forward") answer = { outputs: net.forward(inputs) };
    else answer = net[call](inputs, targets);
    console.log(JSON.stringify(answer));
  }
}
