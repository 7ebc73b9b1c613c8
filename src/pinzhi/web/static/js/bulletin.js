// Opens a number of a bulletin beside the text. Where there is no room beside it, or no script, the link leads to a page.
const reading = document.querySelector(".reading");
const drawer = document.querySelector("#drawer");
const wide = window.matchMedia("(min-width: 1101px)");
let opener = reading.querySelector(".paper .tn[aria-expanded='true']");

function links() {
  return reading.querySelectorAll("a.tn[data-f], figcaption a[data-f], .differ a[data-f]");
}

function mark(href) {
  for (const link of reading.querySelectorAll(".paper .tn")) {
    const open = link.getAttribute("href") === href && link === opener;
    link.setAttribute("aria-expanded", String(open));
    link.removeAttribute("aria-current");
  }
}

async function show(href, focus) {
  const answer = await fetch(href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return false;
  drawer.innerHTML = await answer.text();
  drawer.classList.remove("closed");
  reading.classList.add("opened");
  mark(href);
  if (focus) drawer.querySelector("h2").focus({ preventScroll: true });
  return true;
}

function close(push) {
  if (drawer.classList.contains("closed")) return;
  drawer.classList.add("closed");
  reading.classList.remove("opened");
  mark("");
  if (push) history.pushState({}, "", reading.dataset.bulletin);
  (opener ?? reading.querySelector(".paper .tn"))?.focus();
}

for (const link of reading.querySelectorAll(".paper .tn")) {
  link.setAttribute("aria-controls", "drawer");
  if (!link.hasAttribute("aria-expanded")) link.setAttribute("aria-expanded", "false");
}
for (const link of links()) {
  link.addEventListener("click", async (event) => {
    if (!wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const href = link.getAttribute("href");
    opener = link;
    if (await show(href, true)) history.pushState({ href }, "", href);
    else location.assign(href);
  });
}
drawer.addEventListener("click", (event) => {
  if (!wide.matches || !(event.target instanceof Element) || !event.target.closest("a.close")) return;
  event.preventDefault();
  close(true);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && wide.matches && !drawer.classList.contains("closed")) close(true);
});
window.addEventListener("popstate", () => {
  if (location.pathname === reading.dataset.bulletin) close(false);
  else show(location.pathname + location.search, false);
});
