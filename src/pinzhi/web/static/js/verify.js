// The code of a certificate is a link whose part behind # holds what was signed. No server sees that part until this
// module puts it into the form of the page and sends the form: then it is checked like any pasted text.

const CODE = /^#1[A-Za-z0-9_-]{90,2000}$/;
const form = document.getElementById("present");
const words = document.querySelector(".busy");

document.querySelector(".without").remove(); // it tells those whose browser does not come this far

function present() {
  if (!CODE.test(location.hash)) return;
  words.textContent = words.dataset.words;
  words.hidden = false;
  form.querySelector("#text").value = location.origin + "/verify" + location.hash;
  form.requestSubmit();
}

present();
addEventListener("hashchange", present);
