// The page of a large net computes the losses, the outputs and the steepest weights anew,
// by the emitted class; what its steps tell stays as it was given, and says so.

let taken = null; // the weights that training has found

function made(numbers) {
  const net = new Net();
  taken?.forEach((row, k) => net._weights[k].set(row));
  net.learningRate = numbers[PAGE.rate];
  return net;
}

function learn(numbers) {
  const net = made(numbers), [rows, aims] = batchOf(numbers);
  const words = net._generator?.words && [...net._generator.words];
  const again = () => { if (words) net._generator.words = [...words]; }; // to draw the same
  const listed = (named) => new Map(Object.entries(named).map(([name, own]) => [name, flat(own)]));
  v = { ...numbers };
  if (!PAGE.mixes) net.forward(rows[PAGE.place]).forEach((x, k) => { v[`output_${k}`] = x; });
  again();
  if (!PAGE.mixes) PAGE.batch.forEach((n, at) => {
    v[`loss_of_${n}`] = net.batchGradients([rows[at]], [aims[at]]);
    const own = listed(net.gradients());
    for (const [key, name, k] of PAGE.weights) v[`d${key}_of_${n}`] = own.get(name)[k];
  });
  again();
  v.loss_before = v.loss_predicted = net.batchGradients(rows, aims);
  const old = listed(net.parameters()), slopes = listed(net.gradients());
  net.update();
  const now = listed(net.parameters());
  for (const [name, own] of slopes) own.forEach((x, k) => { v.loss_predicted += x * (now.get(name)[k] - old.get(name)[k]); });
  for (const [key, name, k] of PAGE.weights) {
    [v[key], v[`d${key}`], v[`new_${key}`]] = [old, slopes, now].map((own) => own.get(name)[k]);
  }
  again();
  v.loss_after = net.batchGradients(rows, aims);
  v.drop = v.loss_before - v.loss_after;
  differences(made(numbers), rows, aims);
}

function differences(net, rows, aims) {
  const width = 1e-6, here = net._meanLoss(rows, aims), names = Object.keys(net.parameters());
  for (const [key, name, k] of PAGE.weights) {
    const row = net._weights[names.indexOf(name)], x = row[k];
    row[k] = x + width;
    const up = net._meanLoss(rows, aims);
    row[k] = x - width;
    const down = net._meanLoss(rows, aims);
    row[k] = x;
    v[`central_d${key}`] = (up - down) / (2 * width);
    v[`bend_d${key}`] = Math.abs(up - 2 * here + down) / width;
    v[`dual_d${key}`] = NaN; // which only the command works out
  }
}

function refresh() {
  write("[data-n]:not(.d *)");
  const isOwn = isMine() || taken !== null;
  root.classList.toggle("edited", isOwn);
  $("reset").disabled = !isOwn && !all("[aria-invalid=true]").length;
}

function take() {
  taken = pupil._weights.map((row) => [...row]);
  start({ ...p }, "The losses now start from the trained weights.");
}

listening();
$("reset").onclick = () => { taken = null; start({ ...PAGE.given }, "All numbers are as given again."); };
trainable();
begin();
