// Numbers that can be changed: p has them, `learn` finds all others, `refresh` shows them.

let v = {}, p = { ...PAGE.given };

function flat(nested) {
  return Array.from(nested).flatMap((x) => (typeof x === "number" ? [x] : flat(x)));
}

function batchOf(numbers) {
  const swap = (rows, keys) => rows.map((row, k) => (keys.length && k === PAGE.place ? keys.map((n) => numbers[n]) : row));
  return [swap(PAGE.inputs, PAGE.inputKeys), swap(PAGE.targets, PAGE.targetKeys)];
}

function edit(input) {
  const text = input.value.trim().replace(",", "."), x = Number(text);
  const isNumber = text !== "" && Number.isFinite(x);
  input.setAttribute("aria-invalid", String(!isNumber));
  if (isNumber) {
    if (text !== asGiven(p[input.name])) p[input.name] = x; // which may have more digits
    try {
      learn(p);
    } catch (error) { // a target that the loss cannot learn, say
      input.setAttribute("aria-invalid", "true");
      $("said").textContent = $("wrong").textContent = String(error.message);
      return;
    }
    for (const other of all(".edits [aria-invalid=true]")) { // whose number fits by now
      other.setAttribute("aria-invalid", String(!Number.isFinite(Number(other.value.replace(",", ".") || NaN))));
    }
    $("wrong").textContent = "";
  }
  refresh();
}

function fill() {
  $("wrong").textContent = "";
  for (const input of all(".edits input")) {
    input.value = asGiven(p[input.name]);
    input.setAttribute("aria-invalid", "false");
  }
}

function start(numbers, words) {
  p = numbers;
  learn(p);
  fill();
  refresh();
  $("said").textContent = words;
}

function speak(notation) { // PAGE has what is not as in the notation that it begins with
  const spans = all("[data-w]"), own = PAGE.texts[notation];
  PAGE.own ??= spans.map((span) => span.innerHTML);
  spans.forEach((span, at) => {
    const k = own?.[at] ?? -1;
    span.innerHTML = k < 0 ? PAGE.own[at] : PAGE.words[k];
  });
}

function listening() { // to the fields and the switches
  if ($("notation")) $("notation").onchange = (e) => speak(e.target.value);
  for (const input of all(".edits input")) input.oninput = () => edit(input);
  if ($("reset")) $("reset").onclick = () => start({ ...PAGE.given }, "All numbers are as given again.");
}

function isMine() { // whether any number is not as given
  return Object.keys(PAGE.given).some((n) => PAGE.given[n] !== p[n]);
}
