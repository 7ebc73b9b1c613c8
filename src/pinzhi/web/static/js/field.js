// The checklist in the field. Every answer and photo is first written into this device's own store, sealed, and then sent,
// as soon as a network is there. Without this module the page is one long form with a button.
import { ask, sendPhotos, sendRecords } from "./field-send.js";
import { forgetPage, isKept, keepPage, openStore } from "./field-store.js";

const phone = JSON.parse(document.querySelector("#phone").textContent);
const { words, account } = phone;
const items = new Map(phone.items.map((one) => [one.id, one]));
const sections = [...document.querySelectorAll(".item")];
const at = (id) => document.getElementById(id);
const say = (text, facts = {}) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
const AGAIN_MS = 20000;
const FIX_MS = 1500; // how long a record waits for a place
const FRESH_MS = 120000; // how old a place may be
const now = { place: 0, busy: false, again: false, online: navigator.onLine, fix: null, watching: false, kept: false, shown: "" };

let store;
const own = async (name) => (await store.rows(name)).own;

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- the page
async function begin() {
  document.body.classList.add("paged");
  at("sync").hidden = at("nav").hidden = false;
  for (const row of await own("records")) restore(row);
  const asked = location.hash.slice(3);
  show(Math.max(0, asked ? sections.findIndex((one) => one.dataset.item === asked) : firstOpen()));
  at("sheet").addEventListener("change", changed);
  at("sheet").addEventListener("submit", (event) => event.preventDefault());
  at("back").addEventListener("click", () => show(now.place - 1, true));
  at("next").addEventListener("click", () => show(now.place + 1, true));
  at("sync").addEventListener("click", showQueue);
  at("goon").addEventListener("click", () => show(now.place, true));
  at("again").addEventListener("click", () => sync());
  addEventListener("online", () => sync());
  addEventListener("offline", () => online(false));
  setInterval(() => { if (!now.online || now.again) sync(); }, AGAIN_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  navigator.permissions?.query({ name: "geolocation" }).then((leave) => { if (leave.state === "granted") watch(); });
  keepForLater();
  await pictures();
  await sync();
}

const firstOpen = () => Math.max(0, sections.findIndex((one) => !items.get(one.dataset.item).answer));

function restore(row) {
  const known = items.get(row.item);
  if (!known) return;
  Object.assign(known, { answer: row.answer, note: row.note, version: Math.max(known.version, row.based_on + 1) });
  const section = at(`i-${row.item}`);
  for (const field of section.querySelectorAll(`[name="a-${row.item}"]`)) {
    if (field.type === "radio") field.checked = field.value === row.answer;
    else field.value = row.answer;
  }
  section.querySelector("textarea").value = row.note;
}

function show(place, moves = false) {
  now.place = Math.min(Math.max(place, 0), sections.length - 1);
  sections.forEach((one, index) => { one.hidden = index !== now.place; });
  at("queue").hidden = at("queuenav").hidden = true;
  at("sheet").hidden = at("nav").hidden = false;
  at("back").disabled = now.place === 0;
  at("next").disabled = now.place === sections.length - 1;
  at("place").textContent = say(words.of, { i: now.place + 1, n: sections.length });
  progress();
  if (moves) {
    sections[now.place].querySelector("h2").focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function progress() {
  at("bar").value = [...items.values()].filter((one) => one.answer).length;
}

// ---- recording
async function changed(event) {
  const section = event.target.closest(".item");
  if (!section) return;
  if (event.target.type === "file") return takePhotos(section, event.target);
  const known = items.get(section.dataset.item);
  const chosen = section.querySelector("input[type=radio]:checked") ?? section.querySelector('.f input');
  const row = {
    key: newKey(), item: known.id, based_on: known.version, answer: chosen?.value.trim() ?? "",
    note: section.querySelector("textarea").value.trim(), taken_at: new Date().toISOString(), made: performance.timeOrigin + performance.now(),
  };
  if (row.answer === known.answer && row.note === known.note) return;
  Object.assign(known, { answer: row.answer, note: row.note, version: known.version + 1 });
  progress();
  await store.put("records", row);
  await tell();
  const fix = await place();
  if (fix) await store.put("records", Object.assign(row, fix));
  sync();
}

async function takePhotos(section, field) {
  for (const file of [...field.files]) {
    const row = {
      key: newKey(), item: section.dataset.item, name: file.name || "photo.jpg", size: file.size, type: file.type, blob: file,
      taken_at: new Date().toISOString(), made: performance.timeOrigin + performance.now(),
    };
    await store.put("photos", row);
    const fix = await place();
    if (fix) await store.put("photos", Object.assign(row, fix));
  }
  field.value = "";
  await pictures();
  await tell();
  sync();
}

function watch() {
  if (now.watching || !navigator.geolocation) return;
  now.watching = true;
  navigator.geolocation.watchPosition((found) => { now.fix = found; }, () => {}, { enableHighAccuracy: true });
}

function place() {
  watch(); // asks for leave at the first answer, not on arrival
  const fresh = () => (now.fix && Date.now() - now.fix.timestamp < FRESH_MS ? coordinates(now.fix) : null);
  return fresh() ?? new Promise((done) => { setTimeout(() => done(fresh()), FIX_MS); });
}

function coordinates({ coords }) {
  return { latitude: coords.latitude, longitude: coords.longitude, accuracy_m: coords.accuracy };
}

// ---- sending
async function sync() {
  if (now.busy) { now.again = true; return; }
  now.busy = true;
  now.again = false;
  let closed = false;
  try {
    const { ok, status, found } = await ask(phone);
    online(true);
    if (!ok) { notice(status === 403 && found.code === "inspections.signed_out" ? words.signed_out : found.detail); return; }
    if (found.account !== account) { location.reload(); return; }
    const off = Math.round((Date.now() - Date.parse(found.now)) / 60000);
    notice(found.state !== "ready" ? words.frozen : Math.abs(off) > 2 ? say(words.clock, { m: off }) : "");
    const said = await sendRecords(phone, store, found.token, settled) || await sendPhotos(phone, store, found.token, sent);
    if (said) notice(said);
    closed = found.state !== "ready" && !said;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch fails so where there is no network
    online(false);
  } finally {
    now.busy = false;
    await tell();
  }
  if (closed) { // somebody handed the record in: it is shown instead
    await forgetPage(phone.here);
    location.reload();
  } else if (now.again) sync();
}

function settled(one, row) {
  const known = items.get(row.item);
  if (known) known.version = Math.max(known.version, one.version);
  if (known && one.outcome === "conflict") known.asked = true;
}

function sent(row) {
  items.get(row.item)?.photos.push(row.key);
  at(`ph-${row.key}`)?.querySelector(".hold")?.remove();
}

// ---- telling
function online(is) {
  now.online = is;
  at("offline").firstElementChild.hidden = is;
}

function notice(text) {
  at("notice").hidden = !text;
  at("notice").textContent = text;
}

async function tell() {
  const kept = [await store.rows("records"), await store.rows("photos")];
  const mine = kept.flatMap((one) => one.own);
  const asked = [...items.values()].filter((one) => one.asked).length;
  const [shape, text] = !now.online ? ["stop", mine.length ? say(words.waiting, { n: mine.length }) : words.offline]
    : asked ? ["warn", words.asked]
    : now.busy && mine.length ? ["run", words.sending]
    : mine.length ? ["wait", say(words.waiting, { n: mine.length })] : ["ok", words.synced];
  at("sync-words").className = `st ${shape}`;
  at("sync-words").textContent = text;
  if (text !== now.shown) at("told").textContent = now.shown = text;
  if (kept.some((one) => one.others)) notice(words.other_account);
  if (!at("queue").hidden) await listQueue();
}

async function showQueue() {
  at("sheet").hidden = at("nav").hidden = true;
  at("queue").hidden = at("queuenav").hidden = false;
  await listQueue();
  at("h-queue").focus();
}

async function listQueue() {
  const rows = [...await own("records"), ...await own("photos")];
  at("waiting").replaceChildren(...rows.map((row) => line(row, row.photo ? words.photo_wait : itemWords(row),
    row.refused ? "bad" : "wait", row.refused ? say(words.refused, { why: row.refused }) : words.wait)));
  for (const one of items.values()) if (one.asked) at("waiting").append(askedLine(one));
  const first = rows.sort((one, two) => one.made - two.made)[0];
  at("oldest").textContent = first ? say(words.oldest, { t: new Date(first.taken_at).toLocaleTimeString(document.documentElement.lang) }) : words.none;
  at("kept").textContent = now.kept ? words.ready : words.not_ready;
}

const placeOf = (id) => sections.findIndex((one) => one.dataset.item === id) + 1;
function itemWords(row) {
  const radio = at(`i-${row.item}`)?.querySelector(`input[value="${CSS.escape(row.answer)}"]`);
  return radio ? radio.nextElementSibling.textContent : row.answer;
}

function line(row, text, shape, state) {
  const made = document.createElement("li"), left = document.createElement("span"), right = document.createElement("span");
  const title = document.createElement("b");
  title.textContent = `${placeOf(row.item)}　${items.get(row.item)?.title ?? row.item}`;
  left.append(title, document.createElement("br"), [text, row.size ? say(words.size, { n: Math.ceil(row.size / 1024) }) : "",
    row.latitude ? say(words.place, { m: Math.round(row.accuracy_m) }) : words.no_place].filter(Boolean).join("　"));
  right.className = `st ${shape}`;
  right.textContent = state;
  made.append(left, right);
  return made;
}

function askedLine(one) {
  const made = line({ item: one.id, latitude: 0 }, "", "warn", "");
  const link = document.createElement("a");
  link.href = phone.here;
  link.className = "btn s";
  link.textContent = words.asked;
  made.lastElementChild.replaceWith(link);
  return made;
}

async function pictures() {
  const rows = await own("photos");
  for (const section of sections) {
    const list = section.querySelector(".photos");
    for (const row of rows.filter((one) => one.item === section.dataset.item)) {
      if (at(`ph-${row.key}`)) continue;
      const made = document.createElement("li"), image = document.createElement("img"), hold = document.createElement("span");
      made.id = `ph-${row.key}`;
      image.src = URL.createObjectURL(await store.picture(row));
      image.alt = words.photo_wait;
      hold.className = "hold st wait";
      hold.textContent = words.wait;
      made.append(image, hold);
      list.insertBefore(made, list.querySelector(".add"));
    }
    section.querySelector(".photos-n").textContent = say(words.photo, { n: list.children.length - 1 });
  }
}

// ---- keeping the page itself
async function keepForLater() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(phone.worker, { scope: "/desk/inspections/" });
    await navigator.serviceWorker.ready;
    if (now.online) await keepPage(phone.here);
    now.kept = await isKept(phone.here);
    navigator.storage?.persist?.(); // ask that the device does not clear it away when it runs short
  } catch (error) {
    now.kept = false;
  }
  if (!at("queue").hidden) await listQueue();
}

// ---- at last, when everything above is known
try {
  store = await openStore(phone);
} catch (error) { // a private window, a device that is full, or a page without TLS, where nothing can be sealed
  notice(words.no_store);
}
if (store) {
  document.documentElement.classList.add("scripted");
  await begin();
}
