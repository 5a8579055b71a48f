"use strict";
// Colours by day or for a dark reading room: the system's choice until a button is pressed, then remembered.
const memory = {
  get(name, otherwise) {
    try { return JSON.parse(localStorage.getItem("vcfimg." + name)) ?? otherwise; } catch { return otherwise; }
  },
  set(name, value) {
    try { localStorage.setItem("vcfimg." + name, JSON.stringify(value)); } catch { /* a page from disk may not store */ }
  },
};

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const told = () => button && button.setAttribute("aria-pressed", String(isDark()));
  const chosen = memory.get("theme", null);
  root.classList.add("js");
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      memory.set("theme", root.dataset.theme);
      told();
    });
  }
  system.addEventListener("change", told);
  told();
})();
