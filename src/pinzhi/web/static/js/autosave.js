// Sections save themselves while they are written, and files say how long they are before they are sent.
// Without this module the form's own button saves.

const WAIT_MS = 1500; // after the last key
const AGAIN_MS = 10_000; // after a save that failed
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "base"]);

for (const form of document.querySelectorAll("form[data-autosave]")) attach(form);
for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    const size = input.form.elements.size;
    if (size) size.value = input.files.length ? input.files[0].size : "";
  });
}

function attach(form) {
  const line = form.querySelector(".autosave");
  const state = { timer: 0, saved: written(form), busy: false, moved: false, leaving: false };

  form.addEventListener("input", () => later(WAIT_MS));
  form.addEventListener("change", () => later(WAIT_MS));
  form.addEventListener("submit", () => { state.leaving = true; clearTimeout(state.timer); });
  addEventListener("online", () => later(0));
  addEventListener("beforeunload", (event) => {
    if (!state.leaving && written(form) !== state.saved) event.preventDefault();
  });

  function later(wait) {
    clearTimeout(state.timer);
    if (!state.moved && !state.leaving) state.timer = setTimeout(save, wait);
  }

  async function save() {
    const now = written(form);
    if (state.busy) { later(WAIT_MS); return; }
    if (now === state.saved) return;
    state.busy = true;
    say(form.dataset.saving);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      const told = await answer.json();
      if (answer.ok) {
        form.elements.base.value = told.number;
        state.saved = now;
        say(form.dataset.saved.replace("%s", told.at));
        if (written(form) !== now) later(WAIT_MS);
      } else if (told.code === "assessment.section.moved") {
        state.moved = true; // the button shows both versions
        say(form.dataset.moved, true);
      } else {
        say(told.detail || form.dataset.failed, true);
      }
    } catch {
      say(form.dataset.failed, true);
      later(AGAIN_MS);
    } finally {
      state.busy = false;
    }
  }

  function say(words, failed = false) {
    line.textContent = words;
    line.classList.toggle("failed", failed);
  }
}

function written(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => !LEFT_OUT.has(name)));
}
