// Offer the place where the visitor stands; without this, or without permission, the address in words is enough.
const here = document.querySelector("button.here");
const told = document.querySelector(".said-place");

function keep(position) {
  const { latitude, longitude } = position.coords;
  const value = `${latitude.toFixed(6)} ${longitude.toFixed(6)}`;
  let field = document.querySelector('input[type="hidden"][name="spot"]');
  if (!field) {
    for (const radio of document.querySelectorAll('input[type="radio"][name="spot"]')) radio.checked = false;
    field = document.createElement("input");
    field.type = "hidden";
    field.name = "spot";
    here.after(field);
  }
  field.value = value;
  told.textContent = `${here.dataset.done} ${value}`;
}

if (here && told && "geolocation" in navigator) {
  here.hidden = false;
  here.addEventListener("click", () => {
    told.textContent = here.dataset.busy;
    navigator.geolocation.getCurrentPosition(keep, () => {
      told.textContent = here.dataset.failed;
    }, { enableHighAccuracy: true, timeout: 15000 });
  });
}
