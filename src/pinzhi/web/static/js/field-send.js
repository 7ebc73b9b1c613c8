// Send what this device keeps of an inspection. What was sent is known by a name made here, so that sending it again
// changes nothing; what the platform will never take stays on the device with the reason.
const PART = 100; // records sent at once
const NEVER = [400, 404, 409, 413]; // sent again it would be refused again, unless it was cut off on the way
const CUT = ["inspections.photo.cut", "inspections.photo.none"];

export async function ask({ here }) {
  const answer = await fetch(`${here}/state.json`, { headers: { Accept: "application/json" }, cache: "no-store" });
  return { ok: answer.ok, status: answer.status, found: await read(answer) };
}

// Both return what the platform said instead of taking what was sent; nothing when all of it was dealt with.
export async function sendRecords({ here }, store, token, settled) {
  const rows = (await store.rows("records")).own.filter((row) => !row.refused);
  for (let first = 0; first < rows.length; first += PART) {
    const part = rows.slice(first, first + PART);
    const records = part.map(({ key, item, based_on, answer, note, taken_at, latitude, longitude, accuracy_m }) => (
      { key, item, based_on, answer, note, taken_at, latitude, longitude, accuracy_m }));
    const answer = await fetch(`${here}/sync`, {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ device_now: new Date().toISOString(), records }),
    });
    const found = await read(answer);
    if (!answer.ok) return found.detail;
    for (const one of found.results) {
      const row = part.find((known) => known.key === one.key);
      if (!row) continue;
      if (one.outcome === "refused") await store.put("records", { ...row, refused: one.words });
      else {
        await store.drop("records", row.key);
        settled(one, row);
      }
    }
  }
  return "";
}

export async function sendPhotos({ here }, store, token, sent) {
  for (const row of (await store.rows("photos")).own) {
    if (row.refused) continue;
    const picture = await store.picture(row), form = new FormData();
    for (const name of ["key", "item", "size", "taken_at", "latitude", "longitude", "accuracy_m"]) form.set(name, row[name] ?? "");
    form.set("device_now", new Date().toISOString());
    form.set("sha256", await digest(picture));
    form.set("photo", picture, row.name);
    const answer = await fetch(`${here}/photos`, { method: "POST", headers: { "X-CSRFToken": token }, body: form });
    const found = await read(answer);
    if (answer.ok) {
      await store.drop("photos", row.key);
      sent(row);
    } else if (NEVER.includes(answer.status) && !CUT.includes(found.code)) await store.put("photos", { ...row, refused: found.detail });
    else return found.detail;
  }
  return "";
}

// Something on the way that answers in the platform's place is no network: it is tried again.
async function read(answer) {
  try {
    return await answer.json();
  } catch (error) {
    throw new TypeError(`no answer of the platform: ${error.message}`);
  }
}

async function digest(blob) {
  const made = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(made)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
