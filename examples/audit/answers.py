"""The protocol of `bpgen audit` for a net that is written by hand.

Lines of JSON come in, and for each a line of JSON goes out; nothing else is printed.
The net has `set(parameters)`, `forward(inputs)`, `gradients(inputs, targets)`, which
gives the mean loss and its gradients, and `step(inputs, targets)`, which gives the mean
loss before an update and the parameters after it. It need not have all of them.
"""

import json
import sys


def serve(net):
    for line in sys.stdin:
        asked = json.loads(line)
        answer = {}
        match asked["call"]:
            case "start":
                answer = {"protocol": 1}
            case call if not hasattr(net, call):
                answer = {"unsupported": True}
            case "set":
                net.set(asked["parameters"])
            case "forward":
                answer["outputs"] = net.forward(asked["inputs"])
            case "gradients":
                loss, gradients = net.gradients(asked["inputs"], asked["targets"])
                answer = {"loss": loss, "gradients": gradients}
            case "step":
                loss, parameters = net.step(asked["inputs"], asked["targets"])
                answer = {"loss": loss, "parameters": parameters}
        print(json.dumps(answer), flush=True)
