// The desk works without this script; it follows Airflow's light or dark, and says when a page
// has grown old.
"use strict";

function followTheme() {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme"); // where Airflow's own pages keep it
  } catch {
    return; // a file on disk has no storage
  }
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
}

followTheme();
window.addEventListener("storage", followTheme);

// A second press would only be refused: each form is good once.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => {
    setTimeout(() => {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    }, 0);
  });
}

const told = document.getElementById("stale");
if (told && location.protocol !== "file:") {
  setTimeout(() => { told.hidden = false; }, 5 * 60 * 1000);
}
