/* The live session: arrows turn the cases, refused decisions are shown in place. No dependency. */
(() => {
  "use strict";
  const SAISIE = "input, textarea, select, [contenteditable], dialog[open]";
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || e.target.closest(SAISIE)) return;
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[e.key];
    const lien = rel && document.querySelector(`.en-seance a[rel="${rel}"]`);
    if (lien) { e.preventDefault(); lien.click(); }
  });
  /* 409: somebody decided meanwhile, both versions come back; 422: the form with its errors. */
  document.addEventListener("htmx:beforeSwap", (e) => {
    if (![409, 422].includes(e.detail.xhr.status)) return;
    e.detail.shouldSwap = true;
    e.detail.isError = false;
  });
  document.addEventListener("htmx:afterSwap", (e) => {
    if (e.detail.target?.id !== "contenu" && e.detail.elt?.id !== "contenu") return;
    const cible = document.querySelector("#contenu [data-resume]") || document.querySelector("#contenu");
    cible?.focus({ preventScroll: true });
  });
})();
