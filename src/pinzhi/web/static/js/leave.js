// Who signs out takes the checklists that were kept for want of a network off the device, and with them the keys of what
// is still waiting to be sent: that stays sealed until the same account signs in again.
for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name);
    } finally {
      form.submit();
    }
  });
}
