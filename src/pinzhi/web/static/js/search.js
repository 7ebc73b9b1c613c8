// The result page: keys, words for waiting and for trouble, and addresses that follow the page.

const KEYS_OFF = "pinzhi.keys.off";
const SLOW_MS = 10_000;
const box = document.getElementById("q");
const trouble = document.getElementById("trouble");
const slow = document.getElementById("slow");
const said = document.getElementById("said");
const keys = document.getElementById("keys");
const keysOn = document.getElementById("keys-on");
let timer = 0;
let failed = null;

document.documentElement.classList.add("lively");
tidyAddress();
readSetting();
showTab();

function setting(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(name);
    if (value) localStorage.setItem(name, value); else localStorage.removeItem(name);
  } catch {
    // storage is switched off: the choice lasts as long as the page
  }
  return null;
}

// "go" asks for the one page of a number; it has done its work and would surprise whoever gets the address
function tidyAddress() {
  const address = new URL(location.href);
  if (!address.searchParams.has("go")) return;
  address.searchParams.delete("go");
  history.replaceState(history.state, "", address);
}

function readSetting() {
  keysOn.checked = setting(KEYS_OFF) !== "1";
  keysOn.addEventListener("change", () => setting(KEYS_OFF, keysOn.checked ? "" : "1"));
}

// links to language and type size return to where the page is now; the room in the navigation is the one shown
function followAddress() {
  const asked = new URLSearchParams(location.search);
  const kinds = asked.getAll("kind");
  const room = kinds.length === 1 && !asked.get("q") ? `/search?kind=${kinds[0]}` : "/search";
  for (const link of document.querySelectorAll(".nav a, .menu nav a")) {
    if (link.getAttribute("href") === room) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const here = encodeURIComponent(location.pathname + location.search);
  for (const link of document.querySelectorAll('a[href^="/language/"], a[href^="/type/"]')) {
    link.href = `${new URL(link.href).pathname}?next=${here}`;
  }
}

// on a phone the filters are open while they are the address's target; a new result must not close them
document.body.addEventListener("htmx:beforeSwap", () => {
  if (document.querySelector("#narrow:target")) document.documentElement.classList.add("narrowing");
});
window.addEventListener("hashchange", () => document.documentElement.classList.remove("narrowing"));

// on a narrow screen the row of tabs scrolls: begin where the current one is seen
function showTab() {
  const tab = document.querySelector(".tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft;
}

document.body.addEventListener("htmx:beforeRequest", () => {
  trouble.hidden = true;
  clearTimeout(timer);
  timer = setTimeout(() => { slow.hidden = false; }, SLOW_MS);
});
document.body.addEventListener("htmx:afterRequest", () => { clearTimeout(timer); slow.hidden = true; });
document.body.addEventListener("htmx:afterSettle", () => {
  said.textContent = document.getElementById("count")?.textContent ?? "";
  followAddress();
  showTab();
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(name, (event) => { failed = event.detail.elt; trouble.hidden = false; });
}
trouble.querySelector("button").addEventListener("click", () => {
  trouble.hidden = true;
  if (failed === box) box.dispatchEvent(new CustomEvent("pinzhi:typed", { bubbles: true }));
  else if (failed?.isConnected) failed.dispatchEvent(new Event("change", { bubbles: true }));
  else location.reload();
});

function step(by) {
  const links = [...document.querySelectorAll(".to-record")];
  const now = links.indexOf(document.activeElement);
  const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : now + by;
  if (!links[next]) return false;
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
  return true;
}

const ACTIONS = {
  "/": () => { box.focus(); box.select(); return true; },
  "?": () => { keys.open = !keys.open; if (keys.open) keys.scrollIntoView({ block: "nearest" }); return true; },
  j: () => step(1),
  k: () => step(-1),
  n: () => follow("next"),
  p: () => follow("prev"),
};

function follow(rel) {
  const link = document.querySelector(`.pager a[rel="${rel}"]`);
  link?.click();
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const onResult = event.target.closest(".to-record");
  if (onResult && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    if (step(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    return;
  }
  if (event.key === "Escape") { keys.open = false; return; }
  if (keysOn.checked && ACTIONS[event.key]?.()) event.preventDefault();
});
