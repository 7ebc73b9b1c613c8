// The workbench of a judge: bands before steps, a save after every change, keys for those who like them.
// Without this module the page is a plain form for each item.

const form = document.querySelector("#sheet");
const fields = form.querySelector("fieldset");
const marking = form.closest(".marking");
const bands = [...form.querySelectorAll(".band")];
const buttons = [...form.querySelectorAll(".bandrow button")];
const steps = [...form.querySelectorAll(".steps input")];
const saved = document.querySelector("#saved");
const STORE = "pinzhi.workbench.keys";
const WAIT_MS = 700; // after the last key in a note
const AGAIN_MS = 5000; // after a save that did not arrive

// a page that came back with what could not be saved still has it to save
const state = { dirty: Boolean(form.dataset.unsaved), timer: 0, running: null };

if (buttons.length) {
  marking.classList.add("live");
  form.querySelector(".bandrow").hidden = false;
  const chosen = form.querySelector(".band:has(input:checked)");
  if (chosen) openBand(bands.indexOf(chosen));
}
if (!fields.disabled) attach();
document.querySelector("#here")?.scrollIntoView({ block: "nearest" });

function attach() {
  if (!buttons.length) form.querySelector(".save").hidden = true;
  buttons.forEach((button, place) => button.addEventListener("click", () => openBand(place)));
  form.addEventListener("input", (event) => changed(event.target.type === "radio" ? 0 : WAIT_MS));
  form.addEventListener("submit", (event) => { event.preventDefault(); leave(`?item=${event.submitter?.value ?? ""}`); });
  for (const link of document.querySelectorAll("a[data-go]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); leave(link.href); });
  }
  window.addEventListener("beforeunload", (event) => { if (state.dirty || state.running) event.preventDefault(); });
  keys();
}

// ---- marks
function openBand(place) {
  bands.forEach((band, other) => band.classList.toggle("on", other === place));
  buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === place)));
}

function choose(step) {
  openBand(bands.indexOf(step.closest(".band")));
  step.checked = true;
  step.dispatchEvent(new Event("input", { bubbles: true }));
}

function shift(by) {
  const now = steps.findIndex((step) => step.checked);
  const open = bands.findIndex((band) => band.classList.contains("on"));
  if (now >= 0) { const next = steps[now + by]; if (next) choose(next); return; }
  if (open >= 0) choose(bands[open].querySelector("input"));
}

function show() {
  const chosen = form.querySelector('input[name="answer"]:checked');
  if (!chosen || !buttons.length) return;
  form.querySelector("#percent").textContent = chosen.value ? `${chosen.value}%` : "–";
  form.querySelector("#earned").textContent = chosen.dataset.earned ?? "–";
  const inList = document.querySelector("[data-item][aria-current] .num");
  if (inList) inList.textContent = chosen.value ? `${chosen.value}%` : "–";
}

// ---- saving: one at a time, the next goes on from the number that the last brought back
function changed(wait) {
  show();
  state.dirty = true;
  clearTimeout(state.timer);
  state.timer = setTimeout(save, wait);
}

async function save() {
  if (state.running) await state.running;
  if (!state.dirty) return true;
  clearTimeout(state.timer);
  state.running = send();
  const done = await state.running;
  state.running = null;
  return done && (!state.dirty || save());
}

async function send() {
  say("run", saved.dataset.saving);
  state.dirty = false;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const found = await answer.json();
    if (answer.ok) {
      form.elements.base.value = found.base;
      say("ok", `${saved.dataset.saved} ${found.saved}`);
      progress(found);
      return true;
    }
    say("bad", found.detail);
    if (answer.status === 409) { form.submit(); return false; } // the page comes back with both, and can go on from there
    state.dirty = true;
    return false;
  } catch {
    state.dirty = true;
    say("warn", saved.dataset.lost);
    state.timer = setTimeout(save, AGAIN_MS);
    return false;
  }
}

function say(shape, words) {
  saved.className = `st ${shape}`;
  saved.textContent = words;
}

function progress({ done, count }) {
  const meter = document.querySelector(".benchbar meter");
  meter.value = done;
  const words = document.querySelector("#progress");
  words.textContent = words.textContent.replace(/\d+\s*\/\s*\d+/, `${done} / ${count}`);
}

async function leave(address) {
  if (await save()) location.assign(address);
}

// ---- keys: single letters do nothing in a field, with a modifier, or when they are switched off
function keys() {
  const box = document.querySelector("#keys");
  if ("off" in box.dataset) return; // switched off in the account, for every page
  box.checked = localStorage.getItem(STORE) !== "off";
  box.closest(".keyswitch").hidden = false;
  const tell = () => { for (const hint of document.querySelectorAll(".keys")) hint.hidden = !box.checked; };
  tell();
  box.addEventListener("change", () => { localStorage.setItem(STORE, box.checked ? "on" : "off"); tell(); });
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const act = meant(event.key);
    if (act) { event.preventDefault(); act(); }
  });
}

function typing(target) {
  return target.matches("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]");
}

function meant(key) {
  if (/^[1-9]$/.test(key) && bands[key - 1]) return () => openBand(key - 1);
  return {
    ArrowRight: steps.length && (() => shift(1)),
    ArrowLeft: steps.length && (() => shift(-1)),
    j: () => document.querySelector("[data-go=after]")?.click(),
    k: () => document.querySelector("[data-go=before]")?.click(),
    s: () => jot("strengths"),
    i: () => jot("improvements"),
  }[key.length === 1 ? key.toLowerCase() : key];
}

function jot(kind) {
  const box = form.querySelector(`[data-kind=${kind}]`);
  const selection = getSelection();
  const inside = selection.rangeCount && document.querySelector(".document").contains(selection.anchorNode);
  const text = inside ? selection.toString().trim() : "";
  let last = box.querySelector("textarea:last-of-type");
  if (last.value.trim()) {
    const next = last.cloneNode();
    next.value = "";
    last.after(next);
    last = next;
  }
  if (text) { last.value = text.slice(0, last.maxLength); changed(0); }
  last.focus();
}
