// Once a record is handed in nothing of it is left on the device: what was still waiting is sent and kept beside the
// record, the page that was kept for want of a network is taken off. What the platform will not take stays, sealed,
// until somebody has read why and takes it off.
import { ask, sendPhotos, sendRecords } from "./field-send.js";
import { forgetPage, openStore } from "./field-store.js";

const phone = JSON.parse(document.querySelector("#phone").textContent);
const { words } = phone;
const at = (id) => document.getElementById(id);

async function waiting(store) {
  const kept = [];
  for (const name of ["records", "photos"]) for (const row of (await store.rows(name)).own) kept.push({ name, ...row });
  return kept;
}

async function clear(store) {
  const before = (await waiting(store)).length;
  if (before) {
    const { ok, found } = await ask(phone);
    if (ok) {
      await sendRecords(phone, store, found.token, () => {});
      await sendPhotos(phone, store, found.token, () => {});
    }
  }
  const left = await waiting(store), refused = left.filter((row) => row.refused);
  if (before) at("device").hidden = false;
  at("device-words").textContent = left.length ? words.left.replace("{n}", left.length) : words.sent.replace("{n}", before);
  at("device-why").replaceChildren(...refused.map((row) => Object.assign(document.createElement("li"), { textContent: row.refused })));
  at("discard").hidden = refused.length === 0;
  at("discard").onclick = async () => {
    for (const row of refused) await store.drop(row.name, row.key);
    at("device").hidden = true;
  };
}

if (globalThis.caches) await forgetPage(phone.here);
if (crypto.subtle) await clear(await openStore(phone));
