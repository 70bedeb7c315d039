/* Cariatide: comfort over pages that work without it. No dependency, no inline code, no eval. */
(() => {
  "use strict";
  const $ = (selecteur, dans = document) => dans.querySelector(selecteur);
  const $$ = (selecteur, dans = document) => [...dans.querySelectorAll(selecteur)];
  const corps = document.body;
  const magasin = {
    lit(cle) { try { return JSON.parse(localStorage.getItem(cle)); } catch { return null; } },
    pose(cle, valeur) { try { localStorage.setItem(cle, JSON.stringify(valeur)); return true; } catch { return false; } },
    ote(cle) { try { localStorage.removeItem(cle); } catch { /* storage refused: nothing to forget */ } },
    cles(prefixe) { try { return Object.keys(localStorage).filter((c) => c.startsWith(prefixe)); } catch { return []; } },
  };
  const element = (nom, attributs = {}, ...enfants) => {
    const e = document.createElement(nom);
    for (const [cle, valeur] of Object.entries(attributs)) e.setAttribute(cle, valeur);
    e.append(...enfants);
    return e;
  };
  const annonce = (texte) => {
    const zone = $("#annonce");
    if (zone) { zone.textContent = ""; setTimeout(() => { zone.textContent = texte; }, 80); }
  };
  const deux = (n) => String(n).padStart(2, "0");
  const quand = (iso) => {
    const d = new Date(iso);
    return `${deux(d.getDate())}/${deux(d.getMonth() + 1)}/${d.getFullYear()} à ${deux(d.getHours())} h ${deux(d.getMinutes())}`;
  };

  /* -- Drafts: on the server; on this machine only while the server cannot be reached ------------- */
  const PREFIXE = "cariatide:brouillon:";
  const ENVOI = "cariatide:envoi";
  const DELAI = 3000;
  const DEUX_JOURS = 172800000;
  const IGNORES = new Set(["csrfmiddlewaretoken", "version"]);

  const saisie = (formulaire) => {
    const donnees = {};
    for (const champ of formulaire.elements) {
      if (!champ.name || IGNORES.has(champ.name) || champ.disabled) continue;
      if (["hidden", "password", "file", "submit", "button"].includes(champ.type)) continue;
      if (["checkbox", "radio"].includes(champ.type)) {
        donnees[champ.name] ??= [];
        if (champ.checked) donnees[champ.name].push(champ.value);
      } else if (champ.type === "select-multiple") {
        donnees[champ.name] = [...champ.selectedOptions].map((o) => o.value);
      } else {
        (donnees[champ.name] ??= []).push(champ.value);
      }
    }
    return donnees;
  };

  const remplit = (formulaire, donnees) => {
    const rangs = {};
    for (const champ of formulaire.elements) {
      const valeurs = donnees[champ.name];
      if (!Array.isArray(valeurs) || ["hidden", "password", "file"].includes(champ.type)) continue;
      if (["checkbox", "radio"].includes(champ.type)) champ.checked = valeurs.includes(champ.value);
      else if (champ.type === "select-multiple") for (const o of champ.options) o.selected = valeurs.includes(o.value);
      else { const rang = rangs[champ.name] ?? 0; rangs[champ.name] = rang + 1; if (rang in valeurs) champ.value = valeurs[rang]; }
    }
    formulaire.dispatchEvent(new Event("brouillon:repris", { bubbles: true }));
  };

  const jeton = () => corps.dataset.csrf || "";
  const envoie = (adresse, contenu, options = {}) => fetch(adresse, {
    method: "POST", credentials: "same-origin", redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": jeton(), "X-Requested-With": "XMLHttpRequest" },
    body: JSON.stringify(contenu), ...options,
  }).then((reponse) => { if (!reponse.ok) throw new Error(String(reponse.status)); return reponse.text(); });
  const oublie = (adresse) => {
    for (const cle of magasin.cles(PREFIXE)) if (cle.endsWith(adresse)) magasin.ote(cle);
    return envoie(adresse, { action: "supprimer" }, { keepalive: true }).catch(() => {});
  };

  const avis = (formulaire, texte, actes = []) => {
    let zone = $(".brouillon", formulaire);
    if (!zone) {
      zone = element("div", { class: "alerte info brouillon", role: "status" }, element("div"));
      formulaire.prepend(zone);
    }
    zone.firstChild.replaceChildren(element("p", {}, texte), ...(actes.length ? [element("div", { class: "barre" }, ...actes)] : []));
  };

  const suitBrouillon = (formulaire) => {
    const adresse = formulaire.dataset.brouillon;
    const locale = `${PREFIXE}${corps.dataset.qui}:${adresse}`;
    const depart = JSON.stringify(saisie(formulaire));
    let attente = null, sale = false, parti = false;

    const garde = async () => {
      attente = null;
      if (!sale || parti) return;
      const donnees = saisie(formulaire);
      sale = false;
      try {
        await envoie(adresse, { donnees });
        magasin.ote(locale);
        formulaire.dataset.garde = "serveur";
      } catch {
        sale = true;
        if (magasin.pose(locale, { donnees, le: new Date().toISOString() })) {
          formulaire.dataset.garde = "poste";
          avis(formulaire, "Le service ne répond pas ou la session est finie : votre saisie est gardée sur ce poste et sera reprise.");
        }
      }
    };
    const note = () => { sale = true; attente ??= setTimeout(garde, DELAI); };
    formulaire.addEventListener("input", note);
    formulaire.addEventListener("change", note);
    formulaire.addEventListener("submit", () => {
      parti = true;
      clearTimeout(attente);
      try { sessionStorage.setItem(ENVOI, adresse); } catch { /* the draft then stays until the next visit */ }
    });
    addEventListener("pageshow", (e) => { if (e.persisted) parti = false; });
    addEventListener("pagehide", () => {
      if (!sale || parti) return;
      const donnees = saisie(formulaire);
      magasin.pose(locale, { donnees, le: new Date().toISOString() });
      envoie(adresse, { donnees }, { keepalive: true }).then(() => magasin.ote(locale)).catch(() => {});
    });

    const zero = () => {
      const bouton = element("button", { type: "button", class: "btn btn-quiet btn-sm" }, "Repartir de zéro");
      bouton.addEventListener("click", async () => {
        clearTimeout(attente); attente = null; sale = false;
        await oublie(adresse);
        remplit(formulaire, JSON.parse(depart));
        $(".brouillon", formulaire)?.remove();
        annonce("Brouillon effacé.");
        formulaire.elements[0] && $("input:not([type=hidden]), select, textarea", formulaire)?.focus();
      });
      return bouton;
    };
    const reprend = (brouillon) => {
      if (!brouillon?.donnees || sale || JSON.stringify(brouillon.donnees) === depart) return;
      remplit(formulaire, brouillon.donnees);
      avis(formulaire, `Brouillon du ${quand(brouillon.le)} repris.`, [zero()]);
      if (brouillon.local) note();
    };
    if ($("[data-resume]", formulaire)) { note(); return; }
    const local = magasin.lit(locale);
    fetch(adresse, { credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" } })
      .then((r) => (r.ok ? r.json() : null))
      .catch(() => null)
      .then((distant) => {
        if (local && (!distant?.le || local.le > distant.le)) reprend({ ...local, local: true });
        else { magasin.ote(locale); reprend(distant); }
      });
  };

  /* The page after a sent form: the draft is over, unless that page is an error or the sign-in. */
  const conclut = () => {
    let adresse = null;
    try { adresse = sessionStorage.getItem(ENVOI); } catch { return; }
    if (!adresse) return;
    const refuse = corps.dataset.erreur || corps.classList.contains("nu")
      || $$("form[data-brouillon]").some((f) => f.dataset.brouillon === adresse && $("[data-resume]", f));
    sessionStorage.removeItem(ENVOI);
    if (!refuse) return oublie(adresse);
  };
  const perime = () => {
    for (const cle of magasin.cles(PREFIXE)) {
      if (!(Date.now() - Date.parse(magasin.lit(cle)?.le) < DEUX_JOURS)) magasin.ote(cle);
    }
  };

  /* -- Forms: focus on the summary, one sending, no silent loss --------------------------------- */
  const suitFormulaire = (formulaire) => {
    if (formulaire.dataset.suivi) return;
    formulaire.dataset.suivi = "1";
    const depart = JSON.stringify(saisie(formulaire));
    formulaire.addEventListener("submit", (e) => {
      if (formulaire.dataset.confirmation && !confirm(formulaire.dataset.confirmation)) { e.preventDefault(); return; }
      if (e.defaultPrevented) return;
      if ("fichier" in formulaire.dataset) return; /* a file comes back: the page stays */
      if (formulaire.dataset.envoye) { e.preventDefault(); return; }
      formulaire.dataset.envoye = "1";
      /* After the event: a disabled button would not send its own name and value. */
      setTimeout(() => $$("button[type=submit], button:not([type])", formulaire).forEach((b) => {
        b.dataset.envoi = "1"; b.disabled = true; b.setAttribute("aria-busy", "true");
      }));
    });
    addEventListener("beforeunload", (e) => {
      if (!formulaire.matches("[data-formulaire]") || !formulaire.isConnected || formulaire.dataset.envoye) return;
      if (!formulaire.dataset.brouillon && JSON.stringify(saisie(formulaire)) !== depart) e.preventDefault();
    });
    if (formulaire.dataset.brouillon && corps.dataset.qui) suitBrouillon(formulaire);
  };
  addEventListener("pageshow", (e) => {
    if (!e.persisted) return;
    for (const f of $$("form[data-envoye]")) {
      delete f.dataset.envoye;
      $$("[data-envoi]", f).forEach((b) => { delete b.dataset.envoi; b.disabled = false; b.removeAttribute("aria-busy"); });
    }
  });

  /* -- Columns of a list, remembered on this machine -------------------------------------------- */
  const suitTableau = (tableau) => {
    const tetes = $$("thead th[data-col]", tableau);
    if (tetes.length < 3 || tableau.dataset.suivi) return;
    tableau.dataset.suivi = "1";
    const cle = `cariatide:colonnes:${tableau.dataset.tableau}`;
    const cachees = new Set(magasin.lit(cle) ?? tetes.filter((t) => t.hasAttribute("data-masquee")).map((t) => t.dataset.col));
    const applique = () => tetes.forEach((tete, i) => {
      const cachee = cachees.has(tete.dataset.col) && !tete.hasAttribute("data-fixe");
      $$("tr", tableau).forEach((tr) => tr.children[i]?.classList.toggle("col-cachee", cachee));
    });
    const panneau = element("div", { class: "panneau" });
    for (const tete of tetes.filter((t) => !t.hasAttribute("data-fixe"))) {
      const case_ = element("input", { type: "checkbox", class: "form-check-input" });
      case_.checked = !cachees.has(tete.dataset.col);
      case_.addEventListener("change", () => {
        cachees[case_.checked ? "delete" : "add"](tete.dataset.col);
        magasin.pose(cle, [...cachees]);
        applique();
      });
      panneau.append(element("label", {}, case_, tete.textContent.trim()));
    }
    const nom = tableau.dataset.tableau;
    const menu = element("details", { class: "menu colonnes", "data-de": nom }, element("summary", { class: "btn btn-quiet btn-sm" }, "Colonnes"), panneau);
    /* In the head of the card when it has one: a swap of the list leaves the former menu there. */
    $$("details.colonnes").filter((m) => m.dataset.de === nom).forEach((m) => m.remove());
    const fin = tableau.closest(".card-c")?.querySelector(":scope > header .end");
    if (fin) fin.prepend(menu);
    else tableau.prepend(element("div", { class: "tableau-outils" }, menu));
    applique();
  };

  /* -- Dialogues, menus, side navigation -------------------------------------------------------- */
  const ouvreDialogue = (dialogue) => { if (!dialogue.open) dialogue.showModal(); };
  const suitDialogue = (lien) => {
    lien.setAttribute("role", "button");
    lien.setAttribute("aria-haspopup", "dialog");
    lien.addEventListener("keydown", (e) => { if (e.key === " ") { e.preventDefault(); lien.click(); } });
    const dialogue = document.getElementById(lien.dataset.dialogue);
    if (dialogue && ($(".resume", dialogue) || location.hash === `#${dialogue.id}`)) ouvreDialogue(dialogue);
  };
  document.addEventListener("click", (e) => {
    const cible = e.target.closest("a, button, dialog");
    if (cible?.dataset.dialogue) {
      const dialogue = document.getElementById(cible.dataset.dialogue);
      if (dialogue) { e.preventDefault(); ouvreDialogue(dialogue); }
    } else if (cible?.closest("dialog") && (cible.hasAttribute("data-fermer") || cible.hasAttribute("data-annuler"))) {
      e.preventDefault(); cible.closest("dialog").close();
    } else if (e.target.matches("dialog.dialogue[open]")) {
      const r = e.target.getBoundingClientRect();
      if (e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom) e.target.close();
    }
    if (cible?.dataset.theme) { window.cariatideApparence(cible.dataset.theme); montreApparence(); }
    if (cible?.hasAttribute("data-menu")) { e.preventDefault(); bascule(true); }
    if (cible?.hasAttribute("data-menu-fermer")) { e.preventDefault(); bascule(false); }
    for (const menu of $$("details.menu[open]")) if (!menu.contains(e.target)) menu.open = false;
    const nav = $(".nav-side.ouvert");
    if (nav && !nav.contains(e.target) && !cible?.hasAttribute("data-menu")) bascule(false);
  });
  const bascule = (ouvert) => {
    const nav = $("#navigation"), bouton = $("[data-menu]");
    if (!nav || !bouton) return;
    nav.classList.toggle("ouvert", ouvert);
    bouton.setAttribute("aria-expanded", String(ouvert));
    (ouvert ? $("a.item", nav) : bouton)?.focus();
  };
  const montreApparence = () => {
    const choix = document.documentElement.dataset.choix || "auto";
    $$("[data-apparence]").forEach((z) => { z.hidden = false; });
    $$("[data-theme]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.theme === choix)));
  };
  document.addEventListener("keydown", (e) => {
    const libre = !e.ctrlKey && !e.metaKey && !e.altKey && !e.target.closest("input, textarea, select, [contenteditable], dialog[open]");
    if (e.key === "/" && libre) {
      const recherche = $("[data-recherche]");
      if (recherche) { e.preventDefault(); recherche.focus(); recherche.select(); }
    }
    if (e.key === "Escape") {
      const menu = e.target.closest("details.menu[open]") || $("details.menu[open]");
      if (menu) { menu.open = false; $("summary", menu).focus(); } else if ($(".nav-side.ouvert")) bascule(false);
    }
  });
  addEventListener("beforeprint", () => $$("details:not(.menu):not([open])").forEach((d) => { d.open = true; }));

  /* -- htmx: token, sign-in in the whole page, words when the service does not answer ------------ */
  document.addEventListener("htmx:configRequest", (e) => {
    e.detail.headers["X-CSRFToken"] = jeton();
    if (e.detail.verb !== "get" || !e.target.matches?.("form")) return;
    for (const [nom, valeur] of [...e.detail.formData]) if (valeur === "") e.detail.formData.delete(nom);
  });
  document.addEventListener("htmx:beforeSwap", (e) => {
    const xhr = e.detail.xhr;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith("/compte/connexion")) {
      e.detail.shouldSwap = false;
      location.reload();
    }
  });
  document.addEventListener("htmx:afterSwap", (e) => {
    prepare(e.detail.elt?.isConnected ? e.detail.elt : document);
    prepare(document);
    annonce(e.detail.target?.dataset?.annonce || "Page mise à jour.");
  });
  const panne = () => {
    annonce("");
    const ancien = $("#panne"); if (ancien) ancien.remove();
    const zone = element("div", { id: "panne", class: "alerte bad flash", role: "alert" },
      element("div", {}, element("p", {}, "Le service n’a pas répondu comme prévu. Rien n’a été enregistré : vérifiez la connexion, puis recommencez.")));
    $("#contenu")?.prepend(zone);
  };
  document.addEventListener("htmx:sendError", panne);
  document.addEventListener("htmx:responseError", panne);

  document.addEventListener("submit", (e) => {
    if (e.target.matches("[data-deconnexion]")) for (const cle of magasin.cles(PREFIXE)) magasin.ote(cle);
    if (e.target.matches("form[method=get]")) for (const c of e.target.elements) {
      if (c.name && c.value === "" && !c.disabled) { c.disabled = true; setTimeout(() => { c.disabled = false; }); }
    }
  });

  function prepare(dans) {
    $$("form[method=post]", dans).forEach(suitFormulaire);
    $$("[data-tableau]", dans).forEach(suitTableau);
    $$("a[data-dialogue]", dans).forEach(suitDialogue);
  }

  /* The tools of a list follow the filters that were changed without loading the page again. */
  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-imprimer]")) { window.print(); return; }
    const outil = e.target.closest("a[data-filtres]");
    if (outil) outil.search = location.search;
  });

  perime();
  Promise.resolve(conclut()).finally(() => {
    prepare(document);
    ($("[data-resume]") || document.activeElement)?.focus?.();
  });
  montreApparence();
})();
