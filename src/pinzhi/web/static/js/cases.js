// Keys of the cases' desk: j and k go through the cases, Enter opens one, / goes to the search box. Never while writing.
const links = () => [...document.querySelectorAll(".cards li > a, table.t th a")];

function move(by) {
  const all = links();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  all[Math.max(0, Math.min(all.length - 1, at + by))].focus();
}

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLElement && target.closest("input, textarea, select")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/") document.querySelector("#case-q")?.focus();
  else return;
  event.preventDefault();
});
