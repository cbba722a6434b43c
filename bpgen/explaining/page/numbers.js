// The numbers of a page: <b data-n="dz_o1"> holds the number v.dz_o1.

function digits(x, places = PAGE.digits) {
  if (x === 0) return "0";
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "-" : x > 0 ? "inf" : "-inf";
  const size = Math.abs(x);
  const text = size >= 1e-3 && size < 1e9 ? x.toPrecision(places) : x.toExponential(places - 1);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

function asGiven(x) { // as somebody wrote it, if that is short
  const text = String(x), size = Math.abs(x);
  const count = text.replace("-", "").replace(".", "").length;
  const isShort = count <= PAGE.digits && !text.includes("e") && (size >= 1e-4 || x === 0);
  return isShort ? text : digits(x);
}

function short(x, signed, places = 4) { // for the picture
  const size = Math.abs(x);
  const text = size !== 0 && size < (signed ? 1e-2 : 1e-3)
    ? x.toExponential(1)
    : String(Number(x.toPrecision(signed ? 3 : places)));
  return signed && x > 0 ? `+${text}` : text;
}

function write(where = "[data-n]") { // every number that is known, where it stands
  for (const b of all(where)) {
    const name = b.dataset.n, x = v[name];
    if (x === undefined) continue;
    const text = "g" in b.dataset ? asGiven(x) : digits(x, name.startsWith("central_") ? 7 : undefined);
    b.textContent = "p" in b.dataset && x < 0 ? `(${text})` : text;
    b.classList.toggle("neg", x < 0);
  }
  for (const b of all("[data-agrees]")) {
    const name = b.dataset.agrees;
    if (v[name] === undefined) continue;
    const size = Math.max(1, Math.abs(v[name]));
    const isKink = v[`bend_${name}`] > 1e-4 * size;
    const agrees = isKink || Math.abs(v[`central_${name}`] - v[name]) <= 5e-7 * size;
    b.textContent = isKink ? "at a kink" : agrees ? "agree" : "DIFFER";
    b.classList.toggle("bad", !agrees);
  }
}
