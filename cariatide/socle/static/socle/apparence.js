/* Runs before the first paint: the light or dark look that the person chose, else the system's. */
(() => {
  "use strict";
  const racine = document.documentElement;
  const systeme = window.matchMedia("(prefers-color-scheme: dark)");
  const lit = () => { try { return localStorage.getItem("cariatide:apparence") || "auto"; } catch { return "auto"; } };
  const applique = () => {
    const choix = lit();
    racine.dataset.bsTheme = choix === "auto" ? (systeme.matches ? "dark" : "light") : choix;
    racine.dataset.choix = choix;
  };
  racine.classList.add("js");
  applique();
  systeme.addEventListener("change", applique);
  window.addEventListener("storage", applique);
  window.cariatideApparence = (choix) => {
    try { localStorage.setItem("cariatide:apparence", choix); } catch { racine.dataset.choix = choix; }
    applique();
  };
})();
