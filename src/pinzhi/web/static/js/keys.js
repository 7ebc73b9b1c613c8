// Single keys of the desk. Whoever switched them off in the account does not get this file (WCAG 2.2, 2.1.4); they do
// nothing while somebody writes. The page "shortcuts" lists them.
const ROWS = ".cards > li, .days > li, table.t tbody > tr, ul.ls > li";
const rows = () => [...document.querySelectorAll(ROWS)].filter((one) => one.querySelector("a")?.checkVisibility());
const row = () => document.activeElement?.closest(ROWS);
const follow = (selector) => () => document.querySelector(selector)?.click();

function move(by) {
  const all = rows();
  const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(row()) + by))];
  next?.querySelector("a").focus();
}

function act() {
  const panel = document.querySelector("[data-act]");
  if (!panel) return;
  panel.open = true;
  panel.querySelector("select, textarea, input:not([type=hidden]), button, a")?.focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => row()?.querySelector("a").click(),
  x: () => row()?.querySelector("input[type=checkbox]")?.click(),
  a: act,
  "/": () => document.querySelector("[role=search] input:not([type=hidden])")?.focus(),
  u: follow(".room > .eyebrow a"),
  n: follow("a[rel=next]"),
  p: follow("a[rel=prev]"),
  "?": follow('a[data-key="?"]'),
};

document.addEventListener("keydown", (event) => {
  const writes = event.target instanceof HTMLElement && event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey || writes || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});
