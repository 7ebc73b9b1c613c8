// What this device keeps of an inspection until it is sent. Each row is sealed (AES-GCM) with a key of one account and
// one inspection, which comes with the page. Once the page is gone from the device, rows open again only after the same
// account has signed in; in the clear lie a row's own name, the inspection, the account and when it was made.
const DATABASE = "pinzhi-field";
const VERSION = 2; // 1 kept rows in the clear
const PAGES = "pinzhi-field-1"; // as in sw.js
const NAMES = ["records", "photos"];
const IV_BYTES = 12;

export async function openStore({ number, account, keys }) {
  const ciphers = await Promise.all(keys.map((key) =>
    crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"])));
  const held = await database();
  const about = (row) => new TextEncoder().encode(`${account}/${number}/${row.key}`);

  async function seal(row, plain) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    return new Blob([iv, await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: about(row) }, ciphers[0], plain)]);
  }

  async function unseal(row, box) {
    const sealed = new Uint8Array(await box.arrayBuffer());
    const how = { name: "AES-GCM", iv: sealed.slice(0, IV_BYTES), additionalData: about(row) };
    for (const cipher of ciphers) { // the platform's key of today, then those before it
      try {
        return await crypto.subtle.decrypt(how, cipher, sealed.slice(IV_BYTES));
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
      }
    }
    return null;
  }

  async function put(name, { key, made, blob, photo, ...said }) {
    const row = { key, number, account, made };
    row.box = await seal(row, new TextEncoder().encode(JSON.stringify(said)));
    if (blob) row.photo = await seal(row, await blob.arrayBuffer());
    else if (photo) row.photo = photo; // as it was sealed before
    await within(held, name, "readwrite", (rows) => rows.put(row));
    return row;
  }

  // The rows of this inspection, those made first before the others: what this account can open, and how many others.
  async function rows(name) {
    const all = await within(held, name, "readonly", (kept) => kept.index("number").getAll(number));
    const own = [];
    for (const { box, ...row } of all.sort((one, two) => one.made - two.made)) {
      const said = row.account === account ? await unseal(row, box) : null;
      if (said) own.push({ ...row, ...JSON.parse(new TextDecoder().decode(said)) });
    }
    return { own, others: all.length - own.length };
  }

  return {
    put,
    rows,
    drop: (name, key) => within(held, name, "readwrite", (kept) => kept.delete(key)),
    picture: async (row) => new Blob([await unseal(row, row.photo)], { type: row.type }),
  };
}

// Keep the page itself for want of a network, or take it off the device.
export async function keepPage(here) {
  const kept = await caches.open(PAGES);
  const answer = await fetch(here);
  if (answer.ok && answer.headers.has("X-Pinzhi-Sheet")) await kept.put(here, answer);
}
export const isKept = async (here) => Boolean(await (await caches.open(PAGES)).match(here));
export const forgetPage = async (here) => (await caches.open(PAGES)).delete(here);

function database() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(DATABASE, VERSION);
    asked.onupgradeneeded = () => {
      for (const name of NAMES) {
        if (asked.result.objectStoreNames.contains(name)) asked.result.deleteObjectStore(name);
        asked.result.createObjectStore(name, { keyPath: "key" }).createIndex("number", "number");
      }
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

function within(held, name, mode, act) {
  return new Promise((done, fail) => {
    const deal = held.transaction(name, mode);
    const asked = act(deal.objectStore(name));
    deal.oncomplete = () => done(asked?.result);
    deal.onerror = deal.onabort = () => fail(deal.error);
  });
}

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
