
// A page that computes: runs the net above on changed numbers, and writes every number on
// the page anew. <b data-n="dz_o1"> holds the number dz_o1. Net and DERIVED are given.

// --- One training step, by the emitted class ---------------------------------------

function traced(prefix, run) { // the emitted statements record all that they compute
  const seen = {};
  $listen = (name, value) => {
    const turn = (seen[name] = (seen[name] ?? 0) + 1);
    v[prefix + name] = v[`${prefix}${name}_turn${turn}`] = value;
  };
  try { run(); } finally { $listen = null; }
}

function made(numbers) {
  const net = new Net();
  PAGE.parameters.forEach(([, keys], k) => net._weights[k].set(keys.map((n) => numbers[n])));
  if (PAGE.rate) net.learningRate = numbers[PAGE.rate];
  return net;
}

function each(values, tell) { // the numbers of all parameters, by their keys
  for (const [name, keys] of PAGE.parameters) {
    const own = flat(values[name]);
    keys.forEach((key, at) => tell(key, own[at]));
  }
}

function learn(numbers) {
  v = { ...PAGE.constants, ...numbers };
  const net = made(numbers), [rows, aims] = batchOf(numbers);
  const words = net._generator?.words && [...net._generator.words];
  const again = () => { if (words) net._generator.words = [...words]; }; // to draw the same
  const pass = (k) => {
    net.zeroGradients();
    net.forward(rows[k]);
    const loss = net.loss(aims[k]);
    net.backward(aims[k]);
    return loss;
  };
  if (rows.length > 1) {
    rows.forEach((_, k) => {
      v[`loss_of_${PAGE.batch[k]}`] = pass(k);
      each(net.gradients(), (key, x) => { v[`${PAGE.slopes[key]}_of_${PAGE.batch[k]}`] = x; });
    });
  }
  again();
  traced("", () => pass(PAGE.place));
  again();
  v.loss_before = net.batchGradients(rows, aims);
  const slopes = {};
  each(net.gradients(), (key, x) => { slopes[key] = x; v[PAGE.mean + PAGE.slopes[key]] = x; });
  net.update();
  for (const [key, compute] of DERIVED) v[key] = compute(v);
  v.loss_predicted = v.loss_before;
  each(net.parameters(), (key, x) => {
    v[`new_${key}`] = x;
    v[`move_${key}`] = x - numbers[key];
    if (PAGE.slopes[key]) v.loss_predicted += slopes[key] * (x - numbers[key]);
  });
  again();
  traced("after_", () => { net.forward(rows[PAGE.place]); net.loss(aims[PAGE.place]); });
  again();
  v.loss_after = net._meanLoss(rows, aims);
  v.drop = v.loss_before - v.loss_after;
  differences(numbers, rows, aims);
  const isOwn = isMine();
  for (const [key, x] of Object.entries(PAGE.fixed)) v[key] = isOwn ? NaN : x;
  return v;
}

function differences(numbers, rows, aims) {
  const net = made(numbers), width = 1e-6, here = net._meanLoss(rows, aims);
  PAGE.parameters.forEach(([, keys], k) => keys.forEach((key, at) => {
    const slope = PAGE.mean + PAGE.slopes[key], row = net._weights[k], x = row[at];
    if (!(`central_${slope}` in PAGE.central)) return;
    row[at] = x + width;
    const up = net._meanLoss(rows, aims);
    row[at] = x - width;
    const down = net._meanLoss(rows, aims);
    row[at] = x;
    v[`central_${slope}`] = (up - down) / (2 * width);
    v[`bend_${slope}`] = Math.abs(up - 2 * here + down) / width;
  }));
}

// --- The page --------------------------------------------------------------------

function refresh() {
  write();
  for (const t of all("[data-t]")) t.textContent = short(v[t.dataset.t]);
  const isOwn = isMine();
  root.classList.toggle("edited", isOwn);
  if ($("stale")) $("stale").hidden = isOwn;
  if ($("reset")) $("reset").disabled = !isOwn && !all("[aria-invalid=true]").length;
  marks();
  lossCard();
  paint();
}

function dress() { // the lines: to be clicked, to be lit up, with tips for both ways
  for (const line of all(".edge .line")) {
    const d = line.getAttribute("d"), [x1, y1, x2, y2] = d.match(/-?[\d.]+/g).map(Number);
    const far = Math.hypot(x2 - x1, y2 - y1) || 1, dx = (x2 - x1) / far, dy = (y2 - y1) / far;
    const tip = (kind, x, y, way) => {
      const at = (along, aside) => `${(x - way * (dx * along + dy * aside)).toFixed(1)},${(y - way * (dy * along - dx * aside)).toFixed(1)}`;
      return `<polygon class="tip ${kind}" points="${at(-1, 0)} ${at(11, 6)} ${at(11, -6)}"/>`;
    };
    line.insertAdjacentHTML("beforebegin", `<path class="wash" d="${d}"/><path class="hit" d="${d}"/>`);
    line.insertAdjacentHTML("afterend", tip("fwd", x2, y2, 1) + tip("back", x1, y1, -1));
  }
}

// On paper the picture of the update stands above it.
addEventListener("beforeprint", () => {
  const own = document.querySelector(".handout"), now = at;
  if (!own) return;
  at = STEPS.findIndex((step) => step.mode === "update");
  paint();
  const copy = $("net").cloneNode(true);
  copy.removeAttribute("id");
  for (const a of all("a", copy)) a.removeAttribute("href");
  own.querySelector("svg")?.remove();
  own.prepend(copy);
  at = now;
});

// What is known of the picture at a step: `ready` and `back` say when.
paint = () => {
  boxes();
  const net = $("net");
  if (!net) return;
  const step = STEPS[at] ?? { mode: "backward", lit: [] };
  const lit = new Set(step.lit), mode = step.mode, isEnd = at < 0;
  const past = (table, name) => isEnd || (name in table && at >= table[name]);
  net.dataset.mode = mode === "start" || mode === "loss" ? "forward" : mode;
  const lines = all("[data-e]", net).map((a) => {
    const key = a.dataset.e, isPart = key.startsWith("loss_"), unit = PAGE.into[key];
    let upper = key, lower = null, sign = key;
    if (isPart) {
      const slope = PAGE.partSlopes[key];
      upper = past(PAGE.ready, "L") ? (mode === "after" ? `after_${key}` : key) : null;
      lower = mode === "backward" && past(PAGE.back, slope) ? slope : null;
      sign = lower;
    } else if (mode === "backward") {
      lower = step.path && lit.has(key) ? step.path : past(PAGE.back, unit) ? PAGE.slopes[key] ?? null : null;
      sign = lower;
    } else if (mode === "update") {
      [upper, lower] = [`new_${key}`, PAGE.slopes[key] ? `move_${key}` : null];
      sign = lower;
    } else if (mode === "after") {
      upper = sign = `new_${key}`;
    }
    return { a, key, unit, upper, lower, sign, isPart };
  });
  const own = lines.filter((line) => line.sign !== null && !line.isPart);
  const few = lines.filter((line) => line.isPart).length < 3;
  const isMany = mode === "update" && !PAGE.labels; // too many to be told apart
  const [thin, more] = PAGE.widths;
  const largest = Math.max(1e-12, ...own.map((line) => Math.abs(v[line.sign] ?? 0)));
  for (const { a, key, unit, upper, lower, sign, isPart } of lines) {
    const x = sign === null ? undefined : v[sign], line = a.querySelector(".line");
    line.classList.value = `line ${x === undefined ? "plain" : x < 0 ? "neg" : "pos"}`;
    const share = isPart ? Math.min(1, Math.abs(x ?? 0)) : Math.abs(x ?? 0) / largest;
    line.setAttribute("stroke-width", x === undefined ? 1.2 : (thin + more * Math.sqrt(Math.min(1, share))).toFixed(2));
    const isOn = lit.has(key) && (!isMany || isPart);
    a.classList.toggle("on", isOn);
    a.setAttribute("href", anchor(target(key, mode, step, lit, unit), unit, mode));
    const texts = [v[upper] === undefined ? "" : short(v[upper]), v[lower] === undefined ? "" : short(v[lower], true)];
    a.setAttribute("aria-label", [key, ...texts].filter(Boolean).join(" "));
    all(`[data-l="${key}"]`, net).forEach((label, k) => {
      label.textContent = texts[k];
      label.classList.toggle("on", isOn && texts[k] !== "");
      label.classList.toggle("always", PAGE.labels || (isPart && few));
      if (k === 1) label.classList.toggle("neg", v[lower] < 0), label.classList.toggle("pos", !(v[lower] < 0));
    });
  }
  for (const a of all("[data-u]", net)) nodeOf(a, mode, lit, past);
  for (const note of all("[data-mode]", $("figure"))) {
    if (note !== net) note.hidden = !note.dataset.mode.split(" ").includes(step.path ? "path" : isEnd ? "backward" : mode);
  }
};

function nodeOf(a, mode, lit, past) {
  const unit = a.dataset.u, [name, value, slope] = a.querySelectorAll("text");
  const [key, dkey] = PAGE.nodes[unit], isKnown = past(PAGE.ready, unit);
  const isBack = mode === "backward" && dkey && past(PAGE.back, unit) && v[dkey] !== undefined;
  const shown = mode === "after" && v[`after_${key}`] !== undefined ? `after_${key}` : key;
  const isSmall = a.classList.contains("small");
  value.textContent = isKnown && v[shown] !== undefined ? `${short(v[shown], false, isSmall ? 3 : 4)} ` : "";
  slope.textContent = isBack ? short(v[dkey], true) : "";
  slope.classList.toggle("neg", isBack && v[dkey] < 0);
  slope.classList.toggle("pos", !(isBack && v[dkey] < 0));
  const y = Number(a.dataset.y);
  const rows = isSmall ? (isBack ? [-11, 4, 18] : isKnown ? [-5, 12, 18] : [4, 12, 18]) : isBack ? [-15, 4, 24] : isKnown ? [-7, 15, 24] : [5, 15, 24];
  [name, value, slope].forEach((text, k) => text.setAttribute("y", y + rows[k]));
  a.classList.toggle("on", lit.has(unit));
  a.classList.toggle("open", !isKnown);
  const own = unit === "L" ? "loss" : isBack ? dkey : PAGE.inputKeys.includes(unit) ? "start" : key;
  a.setAttribute("href", anchor(own, unit, mode));
  a.setAttribute("aria-label", [name.textContent.trim(), value.textContent.trim() || "not known yet", slope.textContent].filter(Boolean).join(", "));
}

function anchor(id, unit, mode) { // what is left out leads to where its like is told
  const like = STEPS[(mode === "backward" ? PAGE.back : PAGE.ready)[unit]]?.id ?? "start";
  return `#${$(id) ? id : ["update", "after"].includes(mode) ? mode : like}`;
}

function target(key, mode, step, lit, unit) {
  if (key.startsWith("loss_")) return mode === "backward" ? PAGE.partSlopes[key] : "loss";
  if (mode === "update" || mode === "after") return PAGE.slopes[key] ? `new_${key}` : mode;
  if (mode === "backward" && step.path && lit.has(key)) return step.id;
  return mode === "backward" && PAGE.slopes[key] ? PAGE.slopes[key] : (PAGE.nodes[unit]?.[2] ?? "start");
}

// --- Changing numbers --------------------------------------------------------------

function take() {
  const numbers = { ...p };
  each(pupil.parameters(), (key, x) => { numbers[key] = x; });
  start(numbers, "The steps now start from the trained weights.");
}

function marks() { // where the neurons are on the curves of their activations
  for (const circle of all("circle[data-x]")) {
    const { x, y, label } = circle.dataset, box = circle.closest("svg").dataset;
    const [cx, cy] = [box.x0 * 1 + box.dx * Math.max(-6, Math.min(6, v[x])), box.y0 * 1 - box.dy * v[y]];
    circle.setAttribute("cx", cx.toFixed(1));
    circle.setAttribute("cy", cy.toFixed(1));
    const text = $(`mark-${label}`);
    if (!text) continue;
    text.setAttribute("text-anchor", cx > 260 ? "end" : "start");
    text.setAttribute("x", (cx + (cx > 260 ? -7 : 7)).toFixed(1));
    text.setAttribute("y", (cy - 7).toFixed(1));
  }
}

function lossCard() { // what each output adds to the loss, where it is, and its slope there
  if (!$("losses")) return;
  const svg = $("losses").querySelector("svg"), derived = new Map(DERIVED);
  const ends = PAGE.losses.flatMap(([, , of, aim]) => [v[of], v[aim]]);
  const pad = Math.max(0.3, 0.35 * (Math.max(...ends) - Math.min(...ends)));
  const low = Math.min(...ends) - pad, high = Math.max(...ends) + pad;
  const most = 2.2 * Math.max(0.02, ...PAGE.losses.map(([, key]) => v[key]));
  const x = (a) => 10 + (380 * (a - low)) / (high - low), y = (l) => 165 - (150 * l) / most;
  const parts = PAGE.losses.map(([label, key, of, aim]) => {
    const loss = (a) => derived.get(key)({ ...v, [of]: a });
    let path = "";
    for (let k = 0; k <= 120; k++) {
      const a = low + ((high - low) * k) / 120, l = loss(a);
      const isIn = Number.isFinite(l) && l <= most * 1.04 && l >= -0.04 * most;
      path += isIn ? `${path && !path.endsWith(" ") ? "L" : "M"}${x(a).toFixed(1)},${y(l).toFixed(1)}` : path.endsWith(" ") ? "" : " ";
    }
    const slope = v[`d${of}`], reach = (high - low) / 14;
    const tangent = Number.isFinite(slope)
      ? `<path class="lossline" d="M${[-1, 1].map((s) => `${x(v[of] + s * reach).toFixed(1)},${y(v[key] + s * reach * slope).toFixed(1)}`).join("L")}"/>` : "";
    return `<path class="curve" d="${path.trim()}"/>${tangent}<circle class="aim" r="5" cx="${x(v[aim]).toFixed(1)}" cy="165"/>`
      + `<circle r="5" cx="${x(v[of]).toFixed(1)}" cy="${y(v[key]).toFixed(1)}"/>`
      + `<text class="mark" x="${(x(v[of]) + 8).toFixed(1)}" y="${(y(v[key]) - 8).toFixed(1)}">${label} ${short(v[key])}</text>`;
  });
  for (const old of all("g", svg)) old.remove();
  svg.insertAdjacentHTML("beforeend", `<g>${parts.join("")}</g>`);
  $("losses-low").textContent = short(low);
  $("losses-high").textContent = short(high);
}

listening();
trainable();
dress();
learn(p);
marks();
lossCard();
begin();
