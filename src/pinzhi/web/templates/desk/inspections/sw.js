{% autoescape off %}// Keeps the checklists that were opened on this device, so that they open without a network. Its scope is
// /desk/inspections/ alone; of the pages there it keeps those of single inspections, and the files they need.
const ASSETS = {{ assets }};
const KEEP = "pinzhi-field-1";
const SHEET = /^\/desk\/inspections\/[A-Z]{2,6}-\d{4}-\d+$/;
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEEP).then((kept) => kept.addAll(ASSETS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && SHEET.test(address.pathname)) event.respondWith(sheet(request, address.pathname));
  else if (ASSETS.includes(address.pathname)) event.respondWith(asset(request, address.pathname));
});

// A sheet comes from the network while there is one that answers in time, else as it was last seen. What is no sheet
// any more is not kept: the record was handed in, the session has ended, or the inspection is somebody else's.
async function sheet(request, path) {
  const kept = await caches.open(KEEP);
  const known = await kept.match(path);
  try {
    const answer = await (known ? within(fetch(request)) : fetch(request));
    if (answer.ok && answer.headers.has("X-Pinzhi-Sheet")) await kept.put(path, answer.clone());
    else if (answer.status < 500) await kept.delete(path);
    return answer;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}

async function asset(request, path) {
  const kept = await caches.open(KEEP);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(path, answer.clone());
    return answer;
  } catch (error) {
    const known = await kept.match(path);
    if (known) return known;
    throw error;
  }
}

function within(answer) {
  return Promise.race([answer, new Promise((_, fail) => setTimeout(() => fail(new Error("late")), PATIENCE_MS))]);
}
{% endautoescape %}
