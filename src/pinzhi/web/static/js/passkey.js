// Say in the page that a passkey did not work, instead of in the console, where nobody looks.
document.addEventListener("allauth.error", (event) => {
  const said = document.getElementById("webauthn_error");
  if (!said) return;
  event.preventDefault();
  said.hidden = false;
});
