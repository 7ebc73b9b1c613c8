// Proposals while typing in a search box: a combobox with a list, and the last queries of this person.
// Without this module the box is a plain field of a form.

const WAIT_MS = 80; // after the last key, before asking
const KEPT = 10; // last queries, in this browser only
const STORE = "pinzhi.queries";

for (const form of document.querySelectorAll("form[data-suggest]")) attach(form);

function attach(form) {
  const input = form.elements.q;
  const list = document.createElement("ul");
  const state = { timer: 0, request: null, typed: input.value, active: -1, composing: false };
  const live = input.hasAttribute("hx-get"); // results follow the typing; the list opens on ↓ only

  list.id = "proposals";
  list.className = "proposals";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
    ["aria-controls", list.id], ["aria-haspopup", "listbox"]]) input.setAttribute(name, value);

  input.addEventListener("compositionstart", () => { state.composing = true; });
  input.addEventListener("compositionend", () => { state.composing = false; changed(); });
  input.addEventListener("input", () => { if (!state.composing) changed(); });
  input.addEventListener("keydown", (event) => { if (!state.composing && !event.isComposing) pressed(event); });
  input.addEventListener("focus", () => { if (!input.value && !live) show(recent()); });
  input.addEventListener("blur", () => setTimeout(close, 150)); // a tap on the list comes first
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus in the box
  list.addEventListener("click", (event) => { const row = event.target.closest("li"); if (row) choose(row); });
  form.addEventListener("submit", () => remember(input.value));

  function changed() {
    state.typed = input.value;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      if (live) { close(); input.dispatchEvent(new CustomEvent("pinzhi:typed", { bubbles: true })); }
      else ask();
    }, WAIT_MS);
  }

  async function ask() {
    state.request?.abort();
    const text = state.typed.trim();
    if (!text) { show(recent()); return; }
    const request = new AbortController();
    state.request = request;
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (!answer.ok) { close(); return; }
      const { items } = await answer.json();
      if (state.request === request && document.activeElement === input) show(items); // a late answer is not shown
    } catch (error) {
      if (error.name !== "AbortError") close(); // no connection: the form still works
    }
  }

  function show(items) {
    state.active = -1;
    list.replaceChildren(...items.map(option));
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function option(item, place) {
    const row = document.createElement("li");
    row.id = `proposal-${place}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.dataset.address = item.address;
    const title = document.createElement("span");
    for (const [text, hit] of item.marked) {
      const piece = hit ? document.createElement("mark") : document.createTextNode("");
      piece.textContent = text;
      title.append(piece);
    }
    row.append(title);
    for (const [name, text] of [["number", item.number], ["kind", item.kind]]) {
      if (!text || (name === "number" && item.title.includes(text))) continue;
      const piece = document.createElement("span");
      piece.className = name;
      piece.textContent = text;
      row.append(piece);
    }
    return row;
  }

  function close() {
    list.hidden = true;
    state.active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function pressed(event) {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); close(); return; }
    if (event.key === "ArrowDown" && list.hidden) { event.preventDefault(); state.typed = input.value; ask(); return; }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    if (event.key === "Enter" && state.active >= 0 && !list.hidden) {
      event.preventDefault();
      choose(list.children[state.active]);
    }
  }

  function choose(row) {
    remember(state.typed);
    location.assign(row.dataset.address);
  }

  function move(step) {
    const options = [...list.children];
    state.active = (state.active + step + options.length + 1) % (options.length + 1);
    if (state.active === options.length) state.active = -1; // back in the box
    options.forEach((one, place) => one.setAttribute("aria-selected", String(place === state.active)));
    if (state.active < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", options[state.active].id);
    options[state.active].scrollIntoView({ block: "nearest" });
  }

  function recent() {
    return stored().map((text) => ({
      title: text, marked: [[text, false]], number: "", kind: "", address: `/search?q=${encodeURIComponent(text)}`,
    }));
  }
}

function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, KEPT) : [];
  } catch {
    return []; // storage is switched off or was written by something else
  }
}

function remember(text) {
  const query = text.trim().slice(0, 100);
  if (!query) return;
  try {
    localStorage.setItem(STORE, JSON.stringify([query, ...stored().filter((one) => one !== query)].slice(0, KEPT)));
  } catch {
    // storage is switched off: nothing is kept
  }
}
