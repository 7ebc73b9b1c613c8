// Buttons that need JavaScript: they are hidden until it runs.

const BACK_MS = 2000;

for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) break; // an insecure address: the number can still be selected
  const word = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = word; }, BACK_MS);
  });
}
for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
