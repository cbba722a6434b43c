// The page is whole without this script, which shows one step at a time. What the steps
// are stands in PAGE; a page that computes draws more than `boxes` does.

const $ = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const root = document.documentElement;
const STEPS = PAGE.steps;
let at = 0;
let paint = boxes;

// The picture of the layers: the one of the step is marked; a click leads to its step.
function boxes() {
  const { id, lit = [] } = STEPS[at] ?? {}, way = /^(backward|update|after)/.test(id) ? "backward" : "forward";
  for (const box of all("a[data-layer]")) {
    const name = box.dataset.layer.toLowerCase(), isOn = lit.includes(`layer ${name}`);
    const ids = name === "input" ? ["start"] : name === "loss" ? [way === "forward" ? "loss" : "backward-loss"] : [`${way}-${name}`, `forward-${name}`];
    box.classList.toggle("on", isOn);
    box.setAttribute("href", `#${ids.find($) ?? "start"}`);
    const frame = [box.closest("figure"), box.closest(".side")].find((own) => own.scrollHeight > own.clientHeight + 1 && own.clientHeight);
    if (isOn && frame) {
      const [own, seen] = [box.getBoundingClientRect(), frame.getBoundingClientRect()];
      if (own.top < seen.top || own.bottom > seen.bottom) frame.scrollTop += own.top - seen.top - seen.height / 3;
    }
  }
}

// --- Moving ----------------------------------------------------------------------

function show(k, { say = false, write = false, scroll = false } = {}) {
  at = Math.max(0, Math.min(STEPS.length - 1, k));
  const { id } = STEPS[at], step = $(id);
  for (const s of all(".step")) s.classList.toggle("now", s === step);
  all(".rail a").forEach((a, n) => {
    a.classList.toggle("past", n < at);
    if (n !== at) { a.removeAttribute("aria-current"); return; }
    a.setAttribute("aria-current", "step");
    const rail = a.closest(".rail");
    rail.scrollTo({ left: a.offsetLeft - rail.clientWidth / 2 });
  });
  $("back").disabled = at === 0;
  $("next").disabled = at === STEPS.length - 1;
  $("count").textContent = `${at + 1} of ${STEPS.length}`;
  if (say) $("said").textContent = `Step ${at + 1} of ${STEPS.length}: ${step.querySelector("h3").textContent}`;
  if (write) history.replaceState(null, "", `#${id}`);
  paint();
  if (scroll) {
    const top = step.getBoundingClientRect().top, edge = innerWidth < 900 ? $("figure")?.offsetHeight ?? 0 : 90;
    if (top < edge || top > innerHeight * 0.7) scrollBy({ top: top - edge - 20 });
  }
}
const go = (k) => show(k, { say: true, write: true, scroll: true });

function follow(moves) { // a fragment names a step or a number
  const found = $(decodeURIComponent(location.hash.slice(1))), step = found?.closest(".step");
  if (!step) return;
  show(STEPS.findIndex((s) => s.id === step.id), { say: moves, scroll: found === step });
  for (const d of all(".found")) d.classList.remove("found");
  if (found === step) return;
  found.classList.add("found");
  found.scrollIntoView({ block: "center" });
  found.tabIndex = -1;
  if (moves) found.focus({ preventScroll: true });
}

// --- Begin -----------------------------------------------------------------------

function kept(name, value) { // what this browser remembers, if it may
  try {
    if (value !== undefined) localStorage.setItem(name, value);
    return localStorage.getItem(name);
  } catch { return null; }
}

function theme(name, remember) {
  root.dataset.theme = name;
  $("theme").textContent = name === "dark" ? "Light page" : "Dark page";
  if (remember) kept("bpgen-theme", name);
}

function begin() {
  root.classList.add("live");
  $("back").onclick = () => go(at - 1);
  $("next").onclick = () => go(at + 1);
  $("theme").onclick = () => theme(root.dataset.theme === "dark" ? "light" : "dark", true);
  addEventListener("keydown", (e) => {
    if (e.altKey || e.ctrlKey || e.metaKey || e.shiftKey || e.target.closest("input, select, summary, .scroll")) return;
    if (e.key !== "ArrowRight" && e.key !== "ArrowLeft") return;
    e.preventDefault();
    go(at + (e.key === "ArrowRight" ? 1 : -1));
  });
  addEventListener("hashchange", () => follow(true));
  document.addEventListener("click", (e) => { // the same link a second time
    const a = e.target.closest('a[href^="#"]');
    if (a && a.getAttribute("href") === location.hash) { e.preventDefault(); follow(true); }
  });
  let before = 0;
  addEventListener("beforeprint", () => { before = at; at = -1; paint(); });
  addEventListener("afterprint", () => { at = before; paint(); });

  const asked = new URLSearchParams(location.search).get("theme") ?? kept("bpgen-theme");
  theme(asked ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  show(0);
  follow(false);
}
