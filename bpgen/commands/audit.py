"""Anyone's hand-written backpropagation against bpgen's numbers: `bpgen audit`.

In: a net.yaml and a command. Out: an `Audit`: the program that the command starts is
asked for outputs, gradients and steps of that net.
"""

from __future__ import annotations

from bpgen.auditing.audit import TOLERANCE, Audit, audit
from bpgen.auditing.learners import Exam
from bpgen.auditing.protocol import Peer
from bpgen.commands.nets import load_net
from bpgen.commands.progress import Progress
from bpgen.errors import InputError
from bpgen.lowering.constants import net_constants
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower
from bpgen.verifying.question import ask


def audited(
    file: str,
    command: str,
    seconds: float,
    tolerance: float | None = None,
    data_folder: str | None = None,
) -> Audit:
    """What is wrong with a program that learns as a net.yaml says.

    Raises:
        InputError: the net.yaml is wrong, or the program does not answer.
    """
    net = load_net(file, data_folder)
    network, program = net.network, lower(net.network)
    if net_constants(network, program).is_random:
        message = "audit cannot judge dropout, since every program draws other masks: "
        raise InputError.at(None, f"{message}take it out of the net, or set rate: 0")
    question = ask(network, program)
    parameters = question.parameters
    if network.initial.keys() == {parameter.name for parameter in network.parameters}:
        parameters = evaluated_net(network, program).parameters()
    exam = Exam(
        network=network,
        program=program,
        inputs=question.inputs,
        targets=question.targets,
        parameters=parameters,
    )
    progress = Progress(f"audit {network.name}", shown=True)
    progress.at(command)
    try:
        with Peer(command, network.name, seconds) as peer:
            return audit(exam, peer, TOLERANCE if tolerance is None else tolerance)
    finally:
        progress.done()
