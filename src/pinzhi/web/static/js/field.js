// The checklist in the field. Every answer and photo is first written into this device's own store and then sent, as
// soon as a network is there. What was sent stays known by a name made here, so that sending again changes nothing.
// Without this module the page is one long form with a button.

const phone = JSON.parse(document.querySelector("#phone").textContent);
const { words, number, account } = phone;
const items = new Map(phone.items.map((one) => [one.id, one]));
const sections = [...document.querySelectorAll(".item")];
const at = (id) => document.getElementById(id);
const say = (text, facts = {}) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
const AGAIN_MS = 20000;
const FIX_MS = 1500; // how long a record waits for a place
const FRESH_MS = 120000; // how old a place may be
const PART = 100; // records sent at once
const now = { place: 0, busy: false, again: false, online: navigator.onLine, fix: null, watching: false, kept: false, shown: "" };

let store;

// ---- the store of this device
function openStore() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("pinzhi-field", 1);
    asked.onupgradeneeded = () => {
      for (const name of ["records", "photos"]) {
        asked.result.createObjectStore(name, { keyPath: "key" }).createIndex("number", "number");
      }
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

function within(name, mode, act) {
  return new Promise((done, fail) => {
    const deal = store.transaction(name, mode);
    const asked = act(deal.objectStore(name));
    deal.oncomplete = () => done(asked?.result);
    deal.onerror = deal.onabort = () => fail(deal.error);
  });
}
const put = (name, row) => within(name, "readwrite", (held) => held.put(row));
const drop = (name, key) => within(name, "readwrite", (held) => held.delete(key));
async function waiting(name) {
  const rows = await within(name, "readonly", (held) => held.index("number").getAll(number));
  return rows.sort((one, two) => one.made - two.made);
}
const own = (rows) => rows.filter((row) => row.account === account);

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- the page
async function begin() {
  document.body.classList.add("paged");
  at("sync").hidden = at("nav").hidden = false;
  for (const row of own(await waiting("records"))) restore(row);
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
  keepPage();
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
    key: newKey(), number, account, item: known.id, based_on: known.version, answer: chosen?.value.trim() ?? "",
    note: section.querySelector("textarea").value.trim(), taken_at: new Date().toISOString(), made: performance.timeOrigin + performance.now(),
  };
  if (row.answer === known.answer && row.note === known.note) return;
  Object.assign(known, { answer: row.answer, note: row.note, version: known.version + 1 });
  progress();
  await put("records", row);
  await tell();
  const fix = await place();
  if (fix) await put("records", Object.assign(row, fix));
  sync();
}

async function takePhotos(section, field) {
  for (const file of [...field.files]) {
    const row = {
      key: newKey(), number, account, item: section.dataset.item, name: file.name || "photo.jpg", size: file.size, blob: file,
      taken_at: new Date().toISOString(), made: performance.timeOrigin + performance.now(),
    };
    await put("photos", row);
    const fix = await place();
    if (fix) await put("photos", Object.assign(row, fix));
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
  try {
    const answer = await fetch(`${phone.here}/state.json`, { headers: { Accept: "application/json" }, cache: "no-store" });
    online(true);
    const found = await answer.json();
    if (!answer.ok) { notice(answer.status === 403 && found.code === "inspections.signed_out" ? words.signed_out : found.detail); return; }
    if (found.account !== account) { location.reload(); return; }
    const off = Math.round((Date.now() - Date.parse(found.now)) / 60000);
    notice(found.state !== "ready" ? words.frozen : Math.abs(off) > 2 ? say(words.clock, { m: off }) : "");
    await sendRecords(found.token);
    await sendPhotos(found.token);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch fails so where there is no network
    online(false);
  } finally {
    now.busy = false;
    await tell();
  }
  if (now.again) sync();
}

async function sendRecords(token) {
  const rows = own(await waiting("records")).filter((row) => !row.refused);
  for (let first = 0; first < rows.length; first += PART) {
    const part = rows.slice(first, first + PART);
    const records = part.map(({ key, item, based_on, answer, note, taken_at, latitude, longitude, accuracy_m }) => (
      { key, item, based_on, answer, note, taken_at, latitude, longitude, accuracy_m }));
    const answer = await fetch(`${phone.here}/sync`, {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ device_now: new Date().toISOString(), records }),
    });
    const found = await answer.json();
    if (!answer.ok) { notice(found.detail); return; }
    for (const one of found.results) await settled(one, part.find((row) => row.key === one.key));
  }
}

async function settled(one, row) {
  if (!row) return;
  if (one.outcome === "refused") { await put("records", Object.assign(row, { refused: one.words })); return; }
  await drop("records", row.key);
  const known = items.get(row.item);
  if (known) known.version = Math.max(known.version, one.version);
  if (known && one.outcome === "conflict") known.asked = true;
}

async function sendPhotos(token) {
  for (const row of own(await waiting("photos"))) {
    if (row.refused) continue;
    const form = new FormData();
    for (const name of ["key", "item", "size", "taken_at", "latitude", "longitude", "accuracy_m"]) form.set(name, row[name] ?? "");
    form.set("device_now", new Date().toISOString());
    form.set("sha256", await digest(row.blob));
    form.set("photo", row.blob, row.name);
    const answer = await fetch(`${phone.here}/photos`, { method: "POST", headers: { "X-CSRFToken": token }, body: form });
    const found = await answer.json();
    if (answer.ok) {
      items.get(row.item)?.photos.push(row.key);
      await drop("photos", row.key);
      at(`ph-${row.key}`)?.querySelector(".hold")?.remove();
    } else if (answer.status < 500) await put("photos", Object.assign(row, { refused: found.detail }));
  }
}

async function digest(blob) {
  if (!crypto.subtle) return "";
  const made = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(made)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
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
  const rows = [...(await waiting("records")), ...(await waiting("photos"))];
  const mine = own(rows);
  const asked = [...items.values()].filter((one) => one.asked).length;
  const [shape, text] = !now.online ? ["stop", mine.length ? say(words.waiting, { n: mine.length }) : words.offline]
    : asked ? ["warn", words.asked]
    : now.busy && mine.length ? ["run", words.sending]
    : mine.length ? ["wait", say(words.waiting, { n: mine.length })] : ["ok", words.synced];
  at("sync-words").className = `st ${shape}`;
  at("sync-words").textContent = text;
  if (text !== now.shown) at("told").textContent = now.shown = text;
  if (rows.length > mine.length) notice(words.other_account);
  if (!at("queue").hidden) await listQueue();
}

async function showQueue() {
  at("sheet").hidden = at("nav").hidden = true;
  at("queue").hidden = at("queuenav").hidden = false;
  await listQueue();
  at("h-queue").focus();
}

async function listQueue() {
  const records = own(await waiting("records")), photos = own(await waiting("photos"));
  const rows = [...records, ...photos];
  at("waiting").replaceChildren(...rows.map((row) => line(row, row.blob ? words.photo_wait : itemWords(row),
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
  const rows = own(await waiting("photos"));
  for (const section of sections) {
    const list = section.querySelector(".photos");
    for (const row of rows.filter((one) => one.item === section.dataset.item)) {
      if (at(`ph-${row.key}`)) continue;
      const made = document.createElement("li"), image = document.createElement("img"), hold = document.createElement("span");
      made.id = `ph-${row.key}`;
      image.src = URL.createObjectURL(row.blob);
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
async function keepPage() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(phone.worker, { scope: "/desk/inspections/" });
    await navigator.serviceWorker.ready;
    const kept = await caches.open("pinzhi-field-1");
    if (now.online) await kept.add(phone.here);
    now.kept = Boolean(await kept.match(phone.here));
    navigator.storage?.persist?.(); // ask that the device does not clear it away when it runs short
  } catch (error) {
    now.kept = false;
  }
  if (!at("queue").hidden) await listQueue();
}

// ---- at last, when everything above is known
try {
  store = await openStore();
} catch (error) { // a private window, or a device that is full
  notice(words.no_store);
}
if (store) {
  document.documentElement.classList.add("scripted");
  await begin();
}
