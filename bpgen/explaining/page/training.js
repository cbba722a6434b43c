// Training in the page: the emitted class learns, and its loss grows as a curve. `made`
// gives a net with the numbers of the page.

let pupil = null, losses = [], isBusy = false, isAsked = false;

// In slices, between which the page can be seen; where training keeps the best of each
// call, in one.
async function train(epochs) {
  if (isBusy) return;
  [isBusy, isAsked] = [true, false];
  pupil ??= made(p);
  const [inputs, targets] = PAGE.data, onEpoch = (_, loss) => { losses.push(loss); };
  for (let left = epochs; left > 0 && !isAsked;) {
    const until = performance.now() + 60;
    do {
      const count = PAGE.keepsBest ? left : 1;
      pupil.train(inputs, targets, { epochs: count, onEpoch });
      left -= count;
    } while (left > 0 && performance.now() < until);
    $("stop").hidden = left <= 0;
    draw();
    if (left > 0) await new Promise((ok) => setTimeout(ok));
  }
  $("stop").hidden = true;
  isBusy = false;
}

function forget() { // start over
  [pupil, losses, isAsked] = [null, [], true];
  draw();
}

function draw() {
  const finite = losses.filter((x) => x > 0 && Number.isFinite(x)).map(Math.log10);
  const low = Math.min(...finite), high = Math.max(...finite), many = losses.length;
  const step = Math.max(1, Math.ceil(many / 400));
  const points = losses.flatMap((x, k) => (k % step && k !== many - 1) || !(x > 0) ? [] : [
    `${(50 + (k / Math.max(1, many - 1)) * 360).toFixed(1)},${(150 - ((Math.log10(x) - low) / (high - low || 1)) * 130).toFixed(1)}`]);
  $("lossline").setAttribute("d", points.length ? `M${points.join("L")}` : "");
  $("loss-high").textContent = many ? short(10 ** high) : "";
  $("loss-low").textContent = many ? short(10 ** low) : "";
  $("loss-last").textContent = many ? String(many) : "";
  $("told").textContent = many ? `epoch ${many}, loss ${digits(losses.at(-1))}` : "";
  for (const id of ["take", "again"]) if ($(id)) $(id).disabled = !many;
}

function trainable() { // the buttons, if there are any
  for (const button of all("[data-epochs]")) button.onclick = () => train(Number(button.dataset.epochs));
  if ($("stop")) $("stop").onclick = () => { isAsked = true; };
  if ($("take")) $("take").onclick = take;
  if ($("again")) $("again").onclick = forget;
}
