// An examination saves each answer as it is given and tells the time by the server. Without this module every
// button of the page saves. The clock of this machine is asked for nothing.

const exam = document.querySelector("#exam");
const paper = document.querySelector("#paper");
const AGAIN_MS = 4000; // after a save that did not arrive
const WARN_AT = [10, 5, 1]; // minutes
const words = exam.dataset;
const state = { waiting: new Set(), busy: false, leaving: false, ends: performance.now() + Number(words.left) * 1000,
  told: Number(words.left) / 60, tapped: false };
const saved = document.querySelector("#saved");
const told = document.querySelector("#told");

if (paper && !paper.querySelector(".whole").disabled) attach();

function attach() {
  paper.addEventListener("pointerdown", () => { state.tapped = true; });
  paper.addEventListener("keydown", () => { state.tapped = false; });
  paper.addEventListener("change", (event) => {
    const asked = event.target.closest(".asked");
    if (!asked) return;
    state.waiting.add(asked);
    send(asked);
  });
  paper.addEventListener("submit", () => { state.leaving = true; });
  addEventListener("online", again);
  addEventListener("beforeunload", (event) => { if (state.waiting.size && !state.leaving) event.preventDefault(); });
  document.addEventListener("visibilitychange", away);
  setInterval(tick, 1000);
}

// ---- saving
async function send(asked) {
  if (state.busy) return; // what waits goes next
  state.busy = true;
  say(words.saving);
  const item = asked.querySelector("[name=item]").value;
  const form = new FormData();
  form.set("csrfmiddlewaretoken", paper.elements.csrfmiddlewaretoken.value);
  form.set("item", item);
  form.set(`base-${item}`, asked.querySelector(`[name="base-${item}"]`).value);
  const chosen = [...asked.querySelectorAll("input:checked")].map((one) => one.value);
  for (const code of chosen) form.append(`a-${item}`, code);
  try {
    // keepalive: the answer goes out even if the window is being closed
    const answer = await fetch(words.save, { method: "POST", body: form, keepalive: true, headers: { Accept: "application/json" } });
    const found = await answer.json();
    if (answer.ok) {
      asked.querySelector(`[name="base-${item}"]`).value = found.numbers[item] ?? 0;
      const now = [...asked.querySelectorAll("input:checked")].map((one) => one.value);
      if (now.join() === chosen.join()) state.waiting.delete(asked);
      kept(found, asked);
    } else {
      state.waiting.clear();
      refused(found);
    }
  } catch {
    say(words.failed, true);
    setTimeout(again, AGAIN_MS);
  } finally {
    state.busy = false;
    const [next] = state.waiting;
    if (next && !saved.classList.contains("failed")) send(next);
  }
}

function again() {
  const [next] = state.waiting;
  if (next) send(next);
}

function kept(found, asked) {
  say(words.saved.replace("%s", found.at));
  state.ends = performance.now() + found.left_s * 1000;
  document.querySelector("#done").textContent = words.answered.replace("%s", found.answered);
  document.querySelector("#bar").value = found.answered;
  const next = document.querySelector("#next");
  if (next && state.tapped && asked.dataset.kind !== "multiple" && !state.waiting.size) {
    state.leaving = true;
    next.click(); // a tap moves on; "back" undoes
  }
}

function refused(found) {
  say(found.detail, true);
  if (found.code === "training.sitting.over") location.assign(words.result);
  else if (found.code === "training.sitting.elsewhere") location.reload();
}

function say(text, failed = false) {
  saved.textContent = text;
  saved.classList.toggle("failed", failed);
}

// ---- time: minutes only, said aloud at ten, five and one
function tick() {
  const left = Math.max(0, state.ends - performance.now()) / 60_000;
  document.querySelector("#left").textContent = words.minutes.replace("%s", Math.ceil(left));
  for (const limit of WARN_AT) {
    if (state.told > limit && left <= limit) told.textContent = words.warn.replace("%s", limit);
  }
  state.told = left;
  if (left === 0 && !state.leaving) {
    state.leaving = true;
    told.textContent = words.over;
    location.assign(words.result);
  }
}

// ---- leaving the page is counted, as the page before said
function away() {
  if (document.visibilityState !== "hidden" || state.leaving) return;
  const form = new FormData();
  form.set("csrfmiddlewaretoken", paper.elements.csrfmiddlewaretoken.value);
  navigator.sendBeacon(words.away, form);
}
